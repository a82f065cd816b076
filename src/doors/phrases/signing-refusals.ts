/**
 * What is said when a document cannot be signed as it stands, or not be kept for decades.
 */
import type { Phrase } from './phrase.ts';

export const signingRefusals: Readonly<Record<string, Phrase>> = {
  'signing.certificate_revoked': {
    zh: '签名证书在盖时间戳之前已被吊销。',
    en: 'The certificate had been revoked before the time stamp.',
  },
  'signing.chain_incomplete': {
    zh: '证书链不能到达所给的根证书。',
    en: 'The chain of certificates does not reach a given root.',
  },
  'signing.earlier_broken': {
    zh: '先前的签名不允许再作此修改，故未签署。',
    en: 'An earlier signature forbids this change; nothing was signed.',
  },
  'signing.gm_not_archival': {
    zh: '文件声明为 PDF/A，其中的签名须用 PKCS#7 标识；请改用不带国密标识的 SM2 签名。',
    en: 'The document says that it is PDF/A, where a signature needs the identifiers of PKCS #7.',
  },
  'signing.key_differs': {
    zh: '私钥与证书不匹配。',
    en: 'The key is not the one of the certificate.',
  },
  'signing.not_first': {
    zh: '认证签名必须是文件的第一个签名，文件已有签名，故未签署。',
    en: 'Only the first signature of a document can certify it; nothing was signed.',
  },
  'signing.place_unprepared': {
    zh: '文件经认证后只准填表和签名，所选位置不是认证前留好的签名域，故未签署。请签到已留的空签名域，或改用不显示的签名。',
    en: 'The document is certified for forms and signatures, and this place was not prepared before. Sign an empty field of the document, or sign unseen; nothing was signed.',
  },
  'signing.nothing_signed': { zh: '文件中没有签名。', en: 'The document carries no signature.' },
  'signing.revocation_missing': {
    zh: '缺少时间戳之后签发的吊销信息，文件未升级，原有签名仍然有效。',
    en: 'Revocation material from after the stamp is missing; the document stays as it was, valid.',
  },
  'signing.stamp_missing': {
    zh: '有签名未带时间戳，不能升级。',
    en: 'A signature bears no time stamp and cannot be raised.',
  },
  'time_sources.answer_wrong': {
    zh: '时间服务器的应答不可信，未采用。',
    en: 'The answer of the time server is not to be believed; it was left out.',
  },
  'time_sources.file_malformed': {
    zh: 'time-servers.json 格式有误。',
    en: 'time-servers.json is malformed.',
  },
  'time_sources.silent': {
    zh: '时间服务器没有应答。',
    en: 'The time server did not answer.',
  },
  'pdf.encrypted': {
    zh: '文件已加密，不能作为本机构的合同签署。',
    en: 'The document is encrypted and cannot be one of the house’s own contracts.',
  },
  'pdf.encrypted_forbids': {
    zh: '文件所有者未准许签名或添加签名域。',
    en: 'The owner of the document does not allow it to be signed.',
  },
  'pdf.encrypted_password': {
    zh: '文件要口令才能打开。',
    en: 'The document wants a password.',
  },
  'pdf.encrypted_recipient': {
    zh: '文件加密给了特定收件人，没有其密钥不能打开。',
    en: 'The document is encrypted to recipients and cannot be opened without their keys.',
  },
  'pdf.encrypted_unsupported': {
    zh: '文件的加密方式不受支持。',
    en: 'The document is encrypted in a way that is not supported.',
  },
  'pdf.seal_malformed': {
    zh: '印章的形状、尺寸或文字不合要求。',
    en: 'The shape, the size or the words of the seal are not those of a seal.',
  },
  'pdf.strokes_malformed': {
    zh: '手写笔迹数据不合要求，请重新书写。',
    en: 'The strokes of the pad are malformed; please draw again.',
  },
  'pdf.text_missing': {
    zh: '文件中没有找到指定的关键字。',
    en: 'The document does not show these words as text, or not so often.',
  },
  'ses.not_holder': {
    zh: '该证书不在印章的签章人名单中。',
    en: 'The seal does not name this certificate among its holders.',
  },
  'ses.unsuitable': {
    zh: '印章数据、密钥或时间不符合 GB/T 38540 的要求。',
    en: 'GB/T 38540 has no place for such a seal, key or time.',
  },
  'pdf.encrypted_weak': {
    zh: '文件的加密方式已过时：只读取，不再写入。',
    en: 'The document is encrypted in an outdated way, which is read and never written.',
  },
  'pkcs12.certificate_missing': {
    zh: '密钥文件中没有与私钥相配的证书。',
    en: 'The key file holds no certificate for its key.',
  },
  'pkcs12.key_ambiguous': {
    zh: '密钥文件中有不止一个私钥。',
    en: 'The key file holds more than one key.',
  },
  'pkcs12.key_missing': { zh: '密钥文件中没有私钥。', en: 'The key file holds no key.' },
  'pkcs12.limit': {
    zh: '密钥文件超出限度（大小、层数或迭代次数）。',
    en: 'The key file is beyond a limit: its size, its depth or its iterations.',
  },
  'pkcs12.mac_missing': {
    zh: '密钥文件没有校验值，不能确认口令和内容。',
    en: 'The key file has no check value: neither password nor contents can be confirmed.',
  },
  'pkcs12.malformed': {
    zh: '不是完好的密钥文件（PKCS#12）。',
    en: 'This is no sound key file (PKCS#12).',
  },
  'pkcs12.password_wrong': {
    zh: '口令不对，或密钥文件已被改动。',
    en: 'The password is wrong, or the key file was changed.',
  },
  'pkcs12.unsupported': {
    zh: '密钥文件使用了不受支持的算法。',
    en: 'The key file uses an algorithm that is not supported.',
  },
  'catalog.glyph_missing': {
    zh: '有的字没有字形，画不出来，故未签署。',
    en: 'Some letters have no glyph and cannot be drawn; nothing was signed.',
  },
  'crypto.key_malformed': {
    zh: '文件中没有能读的私钥（PEM，或 DER 的 PKCS#8；加密算法过于陈旧的也不读）。',
    en: 'The file holds no private key that can be read (PEM, or PKCS#8 in DER; no outdated cipher).',
  },
  'crypto.key_password': {
    zh: '私钥有口令保护：口令没有给出（--password-file），或口令不对。',
    en: 'The key is under a password: it was not given (--password-file), or it is wrong.',
  },
  'crypto.key_unsuitable': {
    zh: '这种密钥不能用来签名：须为 RSA 2048–4096、P-256、P-384、Ed25519 或 SM2，且曲线写作名称。',
    en: 'This kind of key cannot sign: RSA 2048–4096, P-256, P-384, Ed25519 or SM2, its curve by name.',
  },
  'timestamp.answer_wrong': {
    zh: '时间戳服务的应答与所问不符，故未签署。',
    en: 'The time-stamping service answered something else than was asked; nothing was signed.',
  },
  'timestamp.authority_untrusted': {
    zh: '时间戳机构的证书追溯不到所给的根证书（--root），故未签署。',
    en: 'The time-stamping authority leads to no given root (--root); nothing was signed.',
  },
  'timestamp.clock_differs': {
    zh: '时间戳的时间与本机时钟相差过大，故未签署。',
    en: 'The time of the stamp and the clock here are too far apart; nothing was signed.',
  },
  'timestamp.clock_untrusted': {
    zh: '本机时钟不可信，故不发时间戳，也未签署。',
    en: 'The clock here cannot be trusted: no time stamp was issued, nothing was signed.',
  },
  'timestamp.unavailable': {
    zh: '没有一家时间戳服务给出可信的时间，故未签署。',
    en: 'No time-stamping service gave a trusted time; nothing was signed.',
  },
  'pdf.field_malformed': {
    zh: '签名的位置、大小或名称不合要求：须在页面之内，新域的名称只用字母、数字、-、_。',
    en: 'The place, the size or the name of the field is unfit: on the page, named by letters, digits, -, _.',
  },
  'pdf.field_missing': {
    zh: '文件中没有这个签名域。',
    en: 'The document has no such field.',
  },
  'pdf.field_taken': {
    zh: '这个签名域已经签过，或名称已被使用。',
    en: 'The field is signed already, or its name is taken.',
  },
  'pdf.field_unsupported': {
    zh: '这个签名域要求的不止是签名（例如指定的签署人、理由或另一种锁定），故未签署。',
    en: 'The field asks for more than this signature (a certain signer, a reason, another lock); nothing was signed.',
  },
  'pdf.header_missing': {
    zh: '文件开头不是 PDF。',
    en: 'The file does not begin as a PDF.',
  },
  'pdf.limit': {
    zh: '文件超出限度（大小、层数、对象数或工作量）。',
    en: 'The document is beyond a limit: its size, its depth, its objects or the work it takes.',
  },
  'pdf.page_missing': {
    zh: '文件中没有这一页。',
    en: 'The document has no such page.',
  },
  'pdf.place_unseen': {
    zh: '印章在此处不会显示：签名域被隐藏、没有大小，或不在任何一页之内，故未签署。',
    en: 'Nobody would see the seal there: the field is hidden, has no size or is on no page; nothing was signed.',
  },
  'pdf.syntax': {
    zh: '文件内容有误，各阅读器会各自修补，故未签署。',
    en: 'The document is malformed and readers would each repair it in their way; nothing was signed.',
  },
  'pdf.object_misplaced': {
    zh: '文件的交叉引用有误，各阅读器会各自修补，故未签署。',
    en: 'The cross-references are wrong and readers would each repair them; nothing was signed.',
  },
  'pdf.xref_malformed': {
    zh: '文件的交叉引用表已坏，各阅读器会各自修补，故未签署。',
    en: 'The cross-references are broken and readers would each repair them; nothing was signed.',
  },
  'pdf.tail_malformed': {
    zh: '文件的结尾不完整，或其后还有别的内容，故未签署。',
    en: 'The end of the document is cut, or something stands behind it; nothing was signed.',
  },
  'pdf.trailer_malformed': {
    zh: '文件的结构不完整，故未签署。',
    en: 'The structure of the document is incomplete; nothing was signed.',
  },
};
