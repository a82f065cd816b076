/** What whoever runs an anchor reads when a head does not get onto the chain. */
import type { Phrase } from './phrase.ts';

export const anchorRefusals: Readonly<Record<string, Phrase>> = {
  'anchor.log_behind': {
    zh: '链上记录的日志比本日志更长：日志可能被回退，锚定已停止。',
    en: 'The chain holds more of this log than the log itself: it may have been set back.',
  },
  'anchor.log_unwitnessed': {
    zh: '日志的最新检查点还没有经法定数量的见证方共同签署，暂不锚定。',
    en: 'The newest checkpoint is not yet cosigned by a quorum of witnesses.',
  },
  'anchor.other_root': {
    zh: '链上同一大小的日志有另一个根：日志已分叉，请立即查明。',
    en: 'The chain holds another root for this size: the log has forked.',
  },
  'anchor.proof_wrong': {
    zh: '节点给出的存证证明与区块头不符，未予采信。',
    en: 'The proof that the node gave does not lead from the header to the root.',
  },
  'anchor.refused': {
    zh: '锚定合约拒绝了这一检查点：该日志由别的成员保管，或者已被认定违规。',
    en: 'The contract refused this head: another member keeps the log, or it was convicted.',
  },
  'anchor.unreachable': {
    zh: '联盟链节点没有应答，稍后再试；放款与签署不受影响。',
    en: 'The node of the chain does not answer; it is tried again and nothing waits for it.',
  },
  'anchor.wrong_chain': {
    zh: '应答的不是约定的那条链，没有发送任何内容。',
    en: 'Another chain answers than the one agreed on; nothing was sent.',
  },
  'anchor.wrong_contract': {
    zh: '所给地址上没有锚定合约，没有发送任何内容；请核对合约地址与链。',
    en: 'There is no anchor contract at the address given; nothing was sent. Check the address.',
  },
};
