/**
 * Attacks by what a document asks, does and allows: fields, actions, attachments, permissions.
 */
import {
  annotations,
  catalog,
  certified,
  certifiedBase,
  face,
  form,
  lie,
  page,
  pageBody,
  plainBodies,
  type Shape,
  stream,
  text,
  widget,
} from './shapes.fixture.ts';

export const formAttacks: Readonly<Record<string, Shape>> = {
  // Fields: what stands in them against what is shown.
  'a signed field shows another amount, its value stays': { later: { 13: face('9000') } },
  'a signed field has another value, its face stays': {
    later: { 8: plainBodies[8]?.replace('5000', '9000') ?? '' },
  },
  'a signed field is moved': {
    later: { 8: plainBodies[8]?.replace('600 140 620', '500 140 520') ?? '' },
  },
  'a signed field learns to calculate': {
    later: {
      8: plainBodies[8]?.replace('/FT', '/AA << /C << /S /JavaScript /JS (x) >> >> /FT') ?? '',
    },
  },
  'a box is ticked with a face that was never there': {
    later: {
      10: plainBodies[10]?.replaceAll('/Off', '/Yes').replace('13 0 R', '61 0 R') ?? '',
      61: face('9000'),
    },
  },
  'a box gains a face for the mouse': {
    later: {
      10: plainBodies[10]?.replace('/AP << /N', '/AP << /D << /Yes 61 0 R >> /N') ?? '',
      61: face('9000'),
    },
  },
  'an empty field is filled and shows something else': {
    later: {
      9: plainBodies[9]?.replace('/FT', '/V (agreed) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: face('not agreed'),
    },
  },
  'an empty field is filled and its box painted over the page': {
    later: {
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: stream(
        `/Tx BMC q BT /F1 12 Tf (x) Tj ET Q EMC q 1 g -900 -900 2000 2000 re f Q`,
        '/Type /XObject /Subtype /Form /BBox [-900 -900 900 900] /Matrix [90 0 0 90 0 0] /Resources 7 0 R',
      ),
    },
  },
  'an empty signature field shows a text': {
    later: {
      11: plainBodies[11]?.replace('/Rect', '/AP << /N 61 0 R >> /Rect') ?? '',
      61: face('approved'),
    },
  },
  'an empty signature field is moved over the page': {
    later: { 11: plainBodies[11]?.replace('[50 400 140 420]', '[0 0 595 842]') ?? '' },
  },
  'the face of the signature names another signer': {
    later: { 32: stream('BT (Li Si) Tj ET', '/Type /XObject /Subtype /Form /BBox [0 0 100 50]') },
  },
  'a text field is turned into a picture button': {
    later: {
      9: plainBodies[9]?.replace('/Tx', '/Btn').replace('14 0 R', '61 0 R') ?? '',
      61: face('9000'),
    },
  },
  'the fonts of the form are others': {
    later: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form.replace('6 0 R', '61 0 R')} >>`,
      61: '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>',
    },
  },
  'values are shown from XFA': {
    later: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} /XFA [(template) 61 0 R] >>`,
      61: stream('<template/>'),
    },
  },
  'the XFA that was signed is another': {
    base: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} /XFA 61 0 R >>`,
      61: stream('<xdp>5000</xdp>'),
    },
    later: { 61: stream('<xdp>9000</xdp>') },
  },
  'the order of calculation comes': {
    later: { 5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} /CO [8 0 R] >>` },
  },
  'a field is no longer in the form': {
    later: { 5: `<< /Fields [9 0 R 10 0 R 11 0 R 30 0 R] ${form} >>` },
  },
  'a text field is added': {
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R 50 0 R] ${form} >>`,
      50: `<< ${widget} /FT /Tx /T (new) /V (9000) /Rect [50 690 300 720] /AP << /N 61 0 R >> >>`,
      61: face('9000'),
    },
  },
  // What acts, what is attached, what is named.
  'the document opens with a script': {
    later: { 1: `<< ${catalog} /OpenAction << /S /JavaScript /JS (x) >> >>` },
  },
  'a script by name': {
    later: {
      1: `<< ${catalog} /Names << /JavaScript << /Names [(a) 50 0 R] >> >> >>`,
      50: '<< /S /JavaScript /JS (x) >>',
    },
  },
  'a file is attached': {
    later: {
      1: `<< ${catalog} /Names << /EmbeddedFiles << /Names [(a) 50 0 R] >> >> >>`,
      50: '<< /Type /Filespec /F (a) /EF << /F 51 0 R >> >>',
      51: stream('x', '/Type /EmbeddedFile'),
    },
  },
  'an attached file is another': {
    base: {
      1: `<< ${catalog} /Names << /EmbeddedFiles << /Names [(a) 50 0 R] >> >> >>`,
      50: '<< /Type /Filespec /F (a) /EF << /F 51 0 R >> >>',
      51: stream('x', '/Type /EmbeddedFile'),
    },
    later: { 51: stream('y', '/Type /EmbeddedFile') },
  },
  'a destination by name leads elsewhere': {
    base: {
      1: `<< ${catalog} /Names << /Dests 50 0 R >> >>`,
      50: '<< /Names [(a) [3 0 R /Fit]] >>',
    },
    later: { 50: '<< /Names [(a) [3 0 R /XYZ 0 0 9]] >>' },
  },
  'how the document opens is another': {
    later: { 1: `<< ${catalog} /ViewerPreferences << /Direction /R2L >> /PageMode /FullScreen >>` },
  },
  'a collection of files hides the document': {
    later: { 1: `<< ${catalog} /Collection << /View /H >> >>` },
  },
  'the store of proofs holds an action': {
    later: {
      1: `<< ${catalog} /DSS << /Certs [] /OpenAction 50 0 R >> >>`,
      50: '<< /S /JavaScript /JS (x) >>',
    },
  },
  'the store of proofs shares an object with the page': {
    base: {
      48: 'null',
      4: stream(text),
      3: `<< ${pageBody.replace('4 0 R', '[4 0 R 49 0 R]')} /Annots ${annotations} >>`,
    },
    later: { 1: `<< ${catalog} /DSS << /Certs [49 0 R] >> >>`, 49: lie },
  },
  'metadata that is the content of the page': {
    base: {
      1: `<< ${catalog} /Metadata 4 0 R >>`,
      4: stream(text, '/Type /Metadata /Subtype /XML'),
    },
    later: { 4: stream(text.replace('5000', '9000'), '/Type /Metadata /Subtype /XML') },
  },
  'information that is a page': {
    later: { 3: page('/Rotate 90 /Title (x)') },
    trailer: '/Info 3 0 R',
  },
  // Permissions.
  'two permissions contradict each other: the stricter holds': {
    base: certifiedBase,
    more: '/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 3 >> >> << /TransformMethod /DocMDP /TransformParams << /P 1 >> >>]',
    later: {
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: face('x'),
    },
  },
  'the level of permission is exchanged afterwards': {
    base: { ...certifiedBase, 50: '<< /Type /TransformParams /P 1 /V /1.2 >>' },
    more: '/Reference [<< /TransformMethod /DocMDP /TransformParams 50 0 R >>]',
    later: {
      50: '<< /Type /TransformParams /P 3 /V /1.2 >>',
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: face('x'),
    },
  },
  'a locked field is filled in': {
    base: {
      30:
        plainBodies[30]?.replace(
          '/FT',
          '/Lock << /Type /SigFieldLock /Action /Include /Fields [(remark)] >> /FT',
        ) ?? '',
    },
    later: {
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: face('x'),
    },
  },
  'a field is locked by the signature and filled in': {
    more: '/Reference [<< /TransformMethod /FieldMDP /TransformParams << /Action /Exclude /Fields [(agreed)] >> >>]',
    later: {
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: face('x'),
    },
  },
  'the certification is taken away': {
    base: certifiedBase,
    more: certified(1),
    later: { 1: `<< ${catalog} >>` },
  },
  'a value changes at the parent of its widget': {
    base: {
      5: `<< /Fields [50 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} >>`,
      8: `<< ${widget} /Parent 50 0 R /Rect [50 600 140 620] /AP << /N 13 0 R >> >>`,
      50: '<< /T (amount) /FT /Tx /V (5000) /Kids [8 0 R] >>',
    },
    later: { 50: '<< /T (amount) /FT /Tx /V (9000) /Kids [8 0 R] >>' },
  },
  'a field of two widgets shows two values': {
    base: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 51 0 R]')} >>`,
      5: `<< /Fields [8 0 R 50 0 R 10 0 R 11 0 R 30 0 R] ${form} >>`,
      9: `<< ${widget} /Parent 50 0 R /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
      50: '<< /T (remark) /FT /Tx /Kids [9 0 R 51 0 R] >>',
      51: `<< ${widget} /Parent 50 0 R /Rect [50 660 140 680] /AP << /N 14 0 R >> >>`,
    },
    later: {
      9: `<< ${widget} /Parent 50 0 R /Rect [50 560 140 580] /AP << /N 61 0 R >> >>`,
      50: '<< /T (remark) /FT /Tx /V (x) /Kids [9 0 R 51 0 R] >>',
      51: `<< ${widget} /Parent 50 0 R /Rect [50 660 140 680] /AP << /N 62 0 R >> >>`,
      61: face('x'),
      62: face('9000'),
    },
  },
  'a choice is called otherwise': {
    base: {
      9: `<< ${widget} /FT /Ch /Ff 131072 /T (remark) /V (a) /Opt [[(a) (Alpha)] [(b) (Beta)]] /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
    },
    later: {
      9: `<< ${widget} /FT /Ch /Ff 131072 /T (remark) /V (a) /Opt [[(a) (Gamma)] [(b) (Beta)]] /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
    },
  },
  'a choice that was made is another': {
    base: {
      5: `<< /Fields [8 0 R 9 0 R 50 0 R 11 0 R 30 0 R] ${form} >>`,
      10: `<< ${widget} /Parent 50 0 R /AS /A /Rect [50 520 60 530] /AP << /N << /A 13 0 R /B 14 0 R >> >> >>`,
      50: '<< /FT /Btn /Ff 49152 /T (choice) /V /A /Kids [10 0 R] >>',
    },
    later: {
      10: `<< ${widget} /Parent 50 0 R /AS /B /Rect [50 520 60 530] /AP << /N << /A 13 0 R /B 14 0 R >> >> >>`,
      50: '<< /FT /Btn /Ff 49152 /T (choice) /V /B /Kids [10 0 R] >>',
    },
  },
  'viewers are asked to draw values that were signed with another face': {
    base: { 13: face('5000'), 8: plainBodies[8]?.replace('(5000)', '(9000)') ?? '' },
    later: { 5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} /NeedAppearances true >>` },
  },
  'the font of a signed value comes with other glyphs, and viewers draw anew': {
    base: { 8: plainBodies[8]?.replace('/FT /Tx', '/FT /Tx /DA (/F#39 12 Tf 0 g)') ?? '' },
    later: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form.replace('/F1 6 0 R', '/F1 6 0 R /F9 60 0 R')} /NeedAppearances true >>`,
      60: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [53 /nine] >> >>',
    },
  },
  'how a signed value is drawn comes, and viewers draw anew': {
    base: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form.replace('/DA (/F1 0 Tf 0 g)', '')} /NeedAppearances true >>`,
    },
    later: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form.replace('0 g', '1 g')} /NeedAppearances true >>`,
    },
  },
  'a filled field is white on white': {
    later: {
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
      61: stream(
        '/Tx BMC q BT 3 Tr /F1 12 Tf 2 4 Td (x) Tj ET Q EMC',
        '/Type /XObject /Subtype /Form /BBox [0 0 90 20] /Resources 7 0 R',
      ),
    },
  },
  'the lock of an empty signature field is taken away': {
    base: {
      11:
        plainBodies[11]?.replace('/Rect', '/Lock << /Type /SigFieldLock /Action /All >> /Rect') ??
        '',
    },
    later: { 11: plainBodies[11] ?? '' },
  },
  'the signature leaves its field': {
    later: { 30: plainBodies[30]?.replace('/V 31 0 R', '') ?? '' },
  },
  'a second field bears the name of the first': {
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R 50 0 R] ${form} >>`,
      50: `<< ${widget} /FT /Sig /T (signer) /Rect [0 0 0 0] /V 31 0 R >>`,
    },
  },
  'the signed field holds a list of actions': {
    later: {
      30: plainBodies[30]?.replace('/FT', '/AA << /E << /S /Hide /T (amount) >> >> /FT') ?? '',
    },
  },
};
