/**
 * What a judge reads for each flaw of the verifier: a Chinese and an English sentence.
 *
 * The sentences say what was found, not what follows from it in law.
 */
import type { FlawCode } from '#trust/verify';
import type { Phrase } from './phrase.ts';
import { aboutLogPhrases, logPhrases } from './verdict-logs.ts';

export const flawPhrases: Readonly<Record<FlawCode, Phrase>> = {
  ...containerPhrases(),
  ...issuancePhrases(),
  ...signaturePhrases(),
  ...certificatePhrases(),
  ...policyPhrases(),
  ...trustPhrases(),
  ...stampPhrases(),
  ...entryPhrases(),
  ...logPhrases(),
  ...aboutLogPhrases(),
  ...wholenessPhrases(),
};

function say(zh: string, en: string): Phrase {
  return { zh, en };
}

function containerPhrases() {
  return {
    file_unknown: say('无法识别的文件类型。', 'This kind of file is not known.'),
    resource_limit: say(
      '文件超出核验程序的限度，没有核验完毕。',
      'The file exceeds the limits of the verifier and was not judged to its end.',
    ),
    password_missing: say(
      '文件已加密，没有密码不能核验。',
      'The file is encrypted; it cannot be judged without its password.',
    ),
    ofd_malformed: say('版式文件的结构已损坏。', 'The structure of the OFD document is broken.'),
    file_uncovered: say(
      '版式文件中有不受签名保护的文件。',
      'A file inside the OFD document is not covered by the signature.',
    ),
    object_malformed: say('文件内容无法解读。', 'The content of the file cannot be read.'),
    content_missing: say(
      '缺少被签名的内容，不能比对。',
      'The signed content was not handed in; it cannot be compared.',
    ),
    zip_malformed: say('证据包的容器已损坏。', 'The container of the package is broken.'),
    zip_not_strict: say(
      '证据包容器中有字节不是应有的样子。',
      'A byte of the container is not what it must be.',
    ),
    file_altered: say('此文件的内容被改动。', 'The content of this file was altered.'),
    file_unexpected: say('证据包中不应有此文件。', 'This file does not belong into a package.'),
    file_missing: say('证据包缺少此文件。', 'This file is missing from the package.'),
    manifest_differs: say(
      '清单与证据包内的文件不符。',
      'The manifest does not match the files of the package.',
    ),
  };
}

function issuancePhrases() {
  return {
    issued_to_another_key: say(
      '此签名所用的密钥不是签名人手机所生成的密钥。',
      'The signature was made with another key than the one the signer’s phone made.',
    ),
    intent_not_attested: say(
      '没有短信服务方对此签署意愿的有效证明。',
      'No valid statement of the SMS gateway confirms this intent to sign.',
    ),
    issuance_not_logged: say(
      '签名所用证书的签发未记入证据日志。',
      'The issuance of the certificate does not stand in the evidence log.',
    ),
    phone_not_the_applicants: say(
      '确认签署的手机或者证书上的姓名与申请人不一致。',
      'The telephone that confirmed, or the name in the certificate, is not the applicant’s.',
    ),
    intent_time_wrong: say(
      '证书不是在确认签署意愿后十分钟之内签发的。',
      'The certificate was not issued within ten minutes after the intent.',
    ),
    signer_role_wrong: say(
      '此签名栏不是由应当签署的一方签署。',
      'This field was not signed by the party it belongs to.',
    ),
    seal_unknown: say(
      '此印章不在信任材料所列的机构印章之中。',
      'This seal is not among those of the trust folder.',
    ),
    receipt_wrong: say('手机回执无效。', 'The receipt of the phone is not valid.'),
    applicant_not_shown: say(
      '证据包没有披露申请人姓名，不能判断确认短信的手机是否为其本人所有。',
      'The applicant’s name is not opened: whose telephone confirmed cannot be told.',
    ),
    paper_differs: say(
      '此文件所载的当事人、编号、金额或者所引用的文件，与本案其他文件或者案件记录不一致。',
      'A party, number, term or paper that it states differs from the case or its other papers.',
    ),
    paper_not_shown: say(
      '判断文件是否属于本案、是否为本人确认的那一份所需的内容没有开示。',
      'What tells whether this paper is of this case, or the one confirmed, is not opened.',
    ),
    intent_not_shown: say(
      '仅凭此文件不能判断签署意愿和证书签发，请一并核验证据包。',
      'This file alone does not show the intent and the issuance; hand in the package.',
    ),
  };
}

function signaturePhrases() {
  return {
    pdf_malformed: say('PDF 文件的结构已损坏。', 'The structure of the PDF is broken.'),
    signature_missing: say('文件中没有电子签名。', 'The document carries no signature.'),
    byte_range_wrong: say(
      '签名所覆盖的字节范围不正确。',
      'The byte range of the signature is not what it must be.',
    ),
    contents_not_strict: say(
      '签名数据的存放方式被改动。',
      'The place of the signature data was altered.',
    ),
    cms_malformed: say('签名数据无法解读。', 'The signature data cannot be read.'),
    cms_not_strict: say(
      '签名数据的编码被改动。',
      'The encoding of the signature data was altered.',
    ),
    digest_differs: say(
      '签名之后文件内容被改动。',
      'The document was changed after it was signed.',
    ),
    content_type_differs: say(
      '签名所载的内容类型与实际内容不符。',
      'The type of content that was signed is not the type of the content.',
    ),
    seal_wrong: say(
      '印章数据无效，或者签名人不在印章所列的证书之中。',
      'The seal is not valid, or the signer is not among its certificates.',
    ),
    signature_wrong: say('签名值与公钥不符。', 'The signature value does not fit the public key.'),
  };
}

function certificatePhrases() {
  return {
    signer_certificate_differs: say(
      '签名人证书与签名所绑定的证书不一致。',
      'The certificate is not the one the signer bound the signature to.',
    ),
    certificate_not_for_signing: say(
      '证书的用途不允许签署文件。',
      'The certificate does not allow signing documents.',
    ),
    signer_certificate_missing: say(
      '缺少签名人的证书。',
      'The certificate of the signer is missing.',
    ),
    certificate_not_yet_valid: say(
      '签名早于证书生效。',
      'The signature was made before the certificate became valid.',
    ),
    signed_after_expiry: say(
      '签名晚于证书失效。',
      'The signature was made after the certificate had expired.',
    ),
    certificate_ended_unrevoked: say(
      '判定时签名证书已到期；到期前没有被吊销，但没有证据表明签名早于到期。',
      'The signer’s certificate had ended by then. It was never revoked; nothing proves that the signature is older than its end.',
    ),
    certificate_out_of_time: say(
      '核验时间不在证书有效期之内，也没有签名在有效期内已经存在的证明。',
      'The time of judging lies outside the life of a certificate, and nothing proves that the signature existed within it.',
    ),
    revoked_without_proof: say(
      '证书已被吊销，没有签名早于吊销的证明。',
      'The certificate is revoked, and nothing proves that the signature came before.',
    ),
    authority_revoked_without_proof: say(
      '认证机构的证书已被吊销，没有签名早于吊销的证明。',
      'The certificate of an authority is revoked, and nothing proves that the signature came before.',
    ),
    revocation_not_known: say(
      '缺少证书吊销状态的材料。',
      'The material that shows whether the certificate was revoked is missing.',
    ),
    algorithm_not_supported: say(
      '所用算法不在核验程序支持之列，不能核验。',
      'The verifier does not support the algorithm and cannot judge.',
    ),
    algorithm_outdated: say(
      '所用算法在核验时间已不可靠，没有签名在其可靠期内已经存在的证明。',
      'An algorithm is no longer reliable at the time of judging, and nothing proves that the signature existed while it was.',
    ),
    stamps_out_of_order: say(
      '各时间戳的先后次序相互矛盾。',
      'The time-stamps contradict each other in their order.',
    ),
    certificate_malformed: say('证书无法解读。', 'The certificate cannot be read.'),
  };
}

function policyPhrases() {
  return {
    signature_policy_missing: say(
      '缺少签名所引用的签名策略的文本。',
      'The text of the signature policy that the signature names is missing.',
    ),
    signature_policy_wrong: say(
      '签名策略的文本与签名所载的摘要不符，或者不能按其处理。',
      'The text of the signature policy is not the one that was signed, or it cannot be followed.',
    ),
    signature_policy_unmet: say(
      '签名不符合其所引用的签名策略。',
      'The signature does not keep the signature policy it names.',
    ),
  };
}

function trustPhrases() {
  return {
    chain_broken: say(
      '证书不是由所信任的认证机构签发。',
      'The certificate was not issued by a trusted authority.',
    ),
    chain_not_found: say(
      '没有找到通向所信任认证机构的证书路径。',
      'No path to a trusted authority was found.',
    ),
    certificate_revoked: say(
      '签名时证书已被吊销。',
      'The certificate was revoked before it signed.',
    ),
  };
}

function stampPhrases() {
  return {
    stamp_missing: say('签名没有时间戳。', 'The signature carries no time-stamp.'),
    stamp_malformed: say('时间戳的编码被改动。', 'The encoding of the time-stamp was altered.'),
    stamp_wrong: say('时间戳与此签名不符。', 'The time-stamp does not fit this signature.'),
    stamp_untrusted: say(
      '时间戳不是由所信任的机构签发。',
      'The time-stamp was not issued by a trusted authority.',
    ),
    stamped_outside_certificate: say(
      '时间戳的时间不在证书有效期之内。',
      'The stamped time lies outside the certificate’s life.',
    ),
    change_forbidden: say(
      '签名之后加入了不允许的改动。',
      'A change that is not permitted was made after the signature.',
    ),
    bytes_uncovered: say(
      '文件中有不受任何签名保护的字节。',
      'The file holds bytes that no signature covers.',
    ),
    face_out_of_place: say(
      '签名的显示位置不是文件原始版本所载明的位置，可能遮盖正文。',
      'A signature is shown in a place that the base revision does not state; it may cover text.',
    ),
    face_forbidden: say(
      '签名的外观含有不允许的内容。',
      'The appearance of a signature holds what is not permitted.',
    ),
    algorithm_unsuitable: say('所用算法已不安全。', 'The algorithm is no longer safe.'),
    time_not_proved: say('签名时间没有得到证明。', 'The time of the signature is not proved.'),
    later_than_judged: say(
      '签名晚于所指定的核验时间。',
      'The signature is later than the time to judge at.',
    ),
  };
}

function entryPhrases() {
  return {
    entry_malformed: say('日志条目无法解读。', 'The log entry cannot be read.'),
    entry_signature_wrong: say(
      '日志条目的签名无效。',
      'The signature of the log entry is not valid.',
    ),
    entry_actor_unknown: say(
      '日志条目的记录者不在信任材料之中。',
      'The actor that made the entry is not trusted.',
    ),
    entry_chain_broken: say('案件条目前后不相连。', 'The entries of the case do not form a chain.'),
    entry_case_differs: say('条目属于另一案件。', 'The entry belongs to another case.'),
    entry_time_backwards: say(
      '条目的时间早于前一条。',
      'The entry is earlier than the one before.',
    ),
    outside_word_wrong: say(
      '此项事实缺少外部机构签名的陈述，或者该陈述属于他案。',
      'A fact lacks the signed word of the party that alone can know it, or has that of another case.',
    ),
    entry_attestation_wrong: say(
      '条目所附的外部证明无效。',
      'The outside statement in the entry is not valid.',
    ),
    disclosure_malformed: say('披露的数据无法解读。', 'The disclosed data cannot be read.'),
    disclosure_unlisted: say(
      '披露的数据与日志中的摘要不符。',
      'The disclosed data does not match the digests in the log.',
    ),
  };
}

function wholenessPhrases() {
  return {
    report_binding_missing: say(
      '报告中没有文件摘要清单。',
      'The report does not list the digests of the files.',
    ),
    report_binding_differs: say(
      '此文件与盖章报告所列的摘要不符。',
      'The file does not match the digest in the sealed report.',
    ),
    document_not_logged: say('日志中没有此文件的记录。', 'The log does not name this document.'),
    certificate_file_differs: say(
      '所附证书不是签名所用的证书。',
      'The certificate file is not one that the signatures use.',
    ),
    stamp_file_differs: say(
      '所附时间戳不是签名所用的时间戳。',
      'The stamp file is not one that the signatures use.',
    ),
    revocation_malformed: say('吊销列表无法解读。', 'The revocation list cannot be read.'),
    revocation_wrong: say(
      '吊销列表不是由所信任的认证机构签发。',
      'The revocation list was not issued by a trusted authority.',
    ),
    revocation_missing: say(
      '缺少签名时的吊销列表。',
      'The revocation list for the time of the signature is missing.',
    ),
    required_list_differs: say(
      '证据清单不是合同所约定的清单。',
      'The list of required evidence is not the agreed one.',
    ),
    required_list_malformed: say('证据清单无法解读。', 'The list of required evidence is broken.'),
    case_not_sealed: say('案件没有封存条目。', 'The case is not closed by a seal entry.'),
    case_seal_differs: say('案件封存条目与条目不符。', 'The seal of the case does not fit it.'),
    evidence_missing: say('应当保全的证据不齐备。', 'Required evidence is missing.'),
    slots_differ: say(
      '封存的证据项清单与日志条目不符。',
      'The sealed list of evidence slots is not what the entries say.',
    ),
    entry_out_of_place: say(
      '该类条目不属于这种案卷。',
      'An entry of this type does not belong into this kind of case.',
    ),
    file_not_committed: say(
      '没有条目对该存证文件作出承诺。',
      'No entry commits to this deposited file.',
    ),
    source_signature_wrong: say(
      '来源系统的签名与存证内容不符。',
      'The signature of the source is not over what was deposited.',
    ),
    entry_version_unknown: say(
      '条目由更新版本的程序写成，本核验程序读不懂，请换用新版核验程序。',
      'A newer program wrote the entry; please judge it with a newer verifier.',
    ),
  };
}
