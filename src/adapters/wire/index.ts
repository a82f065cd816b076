/**
 * HTTP over Unix sockets between the house's own processes: the room's face.
 */
export { call, type Question } from './call.ts';
export { answerOfFault, faultOfAnswer, okBody } from './fault-body.ts';
export { wireFaults } from './faults.ts';
export { type Listening, type ListenLimits, listen } from './listen.ts';
export type { Answer, Handler, Reply, Request } from './message.ts';
export { socketPathBytesMax } from './socket-path.ts';
