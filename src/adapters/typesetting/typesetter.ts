/**
 * Sets a document of the catalogue with typst: tagged PDF/A-3a (ISO 19005-3), its facts attached.
 *
 * Promises: the same template, inputs and time give the same bytes on every computer; a missing
 * field or glyph stops it before anything is set; the attached data.json is exactly what was set.
 * The places for signatures are read from the finished layout, never guessed, and stated in the
 * attached data: who confirms the bytes confirms the places (law 2).
 */
import { join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { canonical, canonicalBytes } from '#base/canonical';
import { Fault } from '#base/fault';
import {
  type DocumentTemplate,
  type PrintedDocument,
  type PrintOrder,
  type SignaturePlace,
  selectFields,
} from '#business/catalog';
import { printSlots } from '#formats/pdf';
import type { Fonts } from './fonts.ts';
import { type LayoutFacts, layoutFacts } from './layout.ts';
import { qrSvg } from './qr.ts';

const pdfStandard = 'a-3a';
// Results of earlier compilations are kept this many rounds; without it memory only grows.
const cacheRoundsMax = 10;
const messageCharactersMax = 400;
// The templates live in memory only: what is digested is what is set, whatever the disk says.
const workspace = '/fubie-catalog';

type Compiled = NonNullable<ReturnType<NodeCompiler['compile']>['result']>;

export class Typesetter {
  readonly #templates: { template(kind: string): DocumentTemplate };
  readonly #fonts: Fonts;
  readonly #compiler: NodeCompiler;

  constructor(parts: { templates: { template(kind: string): DocumentTemplate }; fonts: Fonts }) {
    this.#templates = parts.templates;
    this.#fonts = parts.fonts;
    this.#compiler = NodeCompiler.create({
      workspace,
      fontArgs: [{ fontBlobs: [...parts.fonts.files] }],
    });
  }

  async print(order: PrintOrder): Promise<PrintedDocument> {
    const template = this.#templates.template(order.kind);
    const { document, characters, slots } = this.#set(template, order);
    const pdf = this.#compiler.pdf(document, {
      pdfStandard,
      creationTimestamp: Math.floor(order.at / 1000),
    });
    this.#compiler.evictCache(cacheRoundsMax);
    return {
      pdf: new Uint8Array(pdf),
      title: template.title,
      pages: document.numOfPages,
      characters,
      template: `${template.kind}@${template.version}`,
      templateSha256: template.sha256,
      slots,
      clauses: template.clauses,
    };
  }

  /**
   * The places are known only when everything is set; so it is set, and then set again with them
   * in its data. Stating them moves nothing, which is made sure of.
   */
  #set(template: DocumentTemplate, order: PrintOrder): LayoutFacts & { document: Compiled } {
    const draft = this.#setWith(template, order, []);
    const slots = expectedSlots(template, draft.slots);
    if (slots.length === 0) return draft;
    const stated = this.#setWith(template, order, slots);
    const moved = canonical(printSlots(stated.slots)) !== canonical(printSlots(slots));
    if (moved) throw new Fault('catalog.typesetting_failed', { template: template.kind, moved });
    return stated;
  }

  #setWith(template: DocumentTemplate, order: PrintOrder, slots: readonly SignaturePlace[]) {
    const inputs: PrintOrder['inputs'] = { ...order.inputs, slots: printSlots(slots) };
    const attached = canonicalBytes(selectFields(template.fields, inputs, template.groups));
    this.#refuseMissingGlyphs(`${new TextDecoder().decode(attached)}${template.source.text}`);
    const link = inputs['preservationLink'];
    const document = this.#compile(template, attached, typeof link === 'string' ? link : '-');
    return { ...layoutFacts(this.#compiler, document), document };
  }

  /** The same rules that `print` has for every text, asked before there is a document. */
  requireSettable(texts: { readonly [field: string]: string }): void {
    const fields = Object.fromEntries(Object.keys(texts).map((field) => [field, 'text']));
    selectFields(fields, texts, {});
    this.#refuseMissingGlyphs(Object.values(texts).join(''));
  }

  #refuseMissingGlyphs(letters: string): void {
    const missing = this.#fonts.missing(letters);
    if (missing.length === 0) return;
    throw new Fault('catalog.glyph_missing', {
      characters: missing.map(nameOfCharacter).join(' '),
    });
  }

  /** `link`: what the form draws as a QR where its template has a place for one. */
  #compile(template: DocumentTemplate, attached: Uint8Array, link: string): Compiled {
    const main = join(workspace, 'templates', template.source.name);
    this.#compiler.addSource(join(workspace, 'templates', 'form.typ'), template.form);
    this.#compiler.addSource(main, template.source.text);
    this.#compiler.mapShadow(join(workspace, 'data.json'), Buffer.from(attached));
    this.#compiler.mapShadow(join(workspace, 'link.svg'), Buffer.from(qrSvg(link)));
    const result = this.#compiler.compile({ mainFilePath: main });
    const document = result.result;
    const trouble = result.hasError() ? result.takeDiagnostics() : result.takeWarnings();
    // A warning is a refusal too: it announces a missing font or glyph, or a changed layout.
    if (document === null || trouble !== null) {
      throw new Fault('catalog.typesetting_failed', {
        template: template.kind,
        message: JSON.stringify(trouble?.shortDiagnostics ?? []).slice(0, messageCharactersMax),
      });
    }
    return document;
  }
}

/** A template that lost a place for a signature would be noticed only when somebody signs. */
function expectedSlots(
  template: DocumentTemplate,
  slots: readonly SignaturePlace[],
): readonly SignaturePlace[] {
  const found = slots.map(({ field }) => field).join();
  if (found !== template.slots.join()) {
    throw new Fault('catalog.typesetting_failed', { template: template.kind, slots: found });
  }
  return slots;
}

/** `𠮷 (U+20BB7)`: readable even where the character cannot be shown. */
function nameOfCharacter(letter: string): string {
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /\p{C}/u.test(letter) ? `U+${code}` : `${letter} (U+${code})`;
}
