/** Why a later change is forbidden, in one word. */
export type ChangeFlaw =
  | 'annotation_changed'
  | 'appearance_differs'
  | 'catalog_changed'
  | 'chain_broken'
  | 'docmdp'
  | 'duplicate'
  | 'field_locked'
  | 'form_changed'
  | 'object_changed'
  | 'page_changed'
  | 'structure_changed'
  | 'trailer_changed'
  | 'unreadable'
  | 'viewers_differ';

/** One change that a later revision made, and what is said of it. */
export interface PdfChange {
  /** `object 14`, `trailer` or `file`. */
  readonly object: string;
  readonly what: string;
  readonly permitted: boolean;
  /** Set where it is not permitted. */
  readonly because?: ChangeFlaw;
}
