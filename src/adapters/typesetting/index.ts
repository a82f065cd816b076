/** Setting documents with typst, and letters as outlines for seals. */
export { type Fonts, loadFonts } from './fonts.ts';
export { outlinesOf } from './outlines.ts';
export { sampleInputs } from './sample-inputs.ts';
export { Typesetter } from './typesetter.ts';
