/**
 * What a judge reads for each notice of the verifier: what breaks nothing and must be said.
 */
import type { NoticeCode } from '#trust/verify';
import type { Phrase } from './phrase.ts';

export const noticePhrases: Readonly<Record<NoticeCode, Phrase>> = {
  test_authority: say(
    '证书由测试用认证机构签发，该机构没有取得电子认证服务许可。',
    'The certificates come from a test authority that holds no licence.',
  ),
  test_stamper: say(
    '时间戳由测试用时间戳机构签发。',
    'The time-stamps come from a test authority.',
  ),
  local_clock: say(
    '时间来源是时间戳机构所在计算机的本地时钟，不是国家授时。',
    'The time is that of the local clock of the stamping computer, not a national time source.',
  ),
  simulated_gateway: say(
    '此外部服务为模拟器，其结果不能证明现实中的人或者事。',
    'This outside service is a simulator; its answers prove nothing about real people.',
  ),
  self_attested: say(
    '见证方由出证方自行运行，属自证。',
    'The witnesses are run by the producer of the evidence: it attests to itself.',
  ),
  revocation_not_checked: say(
    '仅凭此文件不能查验证书是否已被吊销。',
    'This file alone does not show whether the certificate was revoked.',
  ),
  issuance_not_checked: say(
    '仅凭此文件不能查验签名人证书的签发是否载入日志，也不能查验手机号码是否为其本人所有；请核验证据包或者手机回执。',
    'This file alone does not show that the issuance of the certificate is logged, nor whose telephone confirmed; the package or the receipt of the phone does.',
  ),
  stamp_not_trusted: say(
    '时间戳不是由信任材料中的机构签发，没有采用。',
    'A time-stamp leads to no authority of the trust folder and was not used.',
  ),
  judged_as_of_stamp: say(
    '文件中有晚于所指定核验时间的时间戳，按该时间戳的时间核验。',
    'The file holds a time-stamp later than the time to judge at; it was judged as of that stamp.',
  ),
  clocks_differ: say(
    '核验时间略早于签名证书的生效时间，相差在时钟误差之内，按证书生效时间核验。',
    'The time of judging lies before the certificate begins, by no more than clocks differ; it was judged as of that beginning.',
  ),
  orphan_signature: say(
    '文件中有不属于任何签名栏的签名数据，没有采用。',
    'The file holds signature data that belongs to no field; it was not used.',
  ),
  usage_rights: say(
    '文件没有任何人的签名；核验的是表单制作工具授予阅读器权限时所加的签名。',
    'Nobody has signed this document; what was judged is the signature with which a tool grants rights to readers.',
  ),
  purpose_unusual: say(
    '证书所列用途不含签署文件，但也没有禁止。',
    'The certificate lists purposes without that of signing documents, and does not forbid it.',
  ),
  signature_policy_not_processed: say(
    '签名引用了签名策略，没有按该策略处理。',
    'The signature refers to a signature policy, which was not processed.',
  ),
  signature_policy_for_people: say(
    '签名所引用的签名策略与提交者所列的文本相符；该文本供人阅读，是否遵守由人判断。',
    'The text of the signature policy is the one that was signed; it is written for people, who must judge whether it was kept.',
  ),
  signature_policy_followed: say(
    '签名按所引用的签名策略作了核验。',
    'The signature was judged by the signature policy it names.',
  ),
  signer_states: say(
    '签名人自述的签署目的、身份或者地点，没有他人证明，没有核验。',
    'What the signer states of his purpose, his capacity or his place is his own word and was not verified.',
  ),
  spelling_unusual: say(
    '文件有不合规范而不影响结论的写法。',
    'The file departs from a standard in a way that leaves no doubt.',
  ),
  seal_maker_not_trusted: say(
    '印章的制章者不在信任材料之中：签名由签名人负责，印章图样没有人证明。',
    'The maker of the seal is not in the trust folder: the signature is the signer’s, and nobody vouches for the picture.',
  ),
  trusted_list_not_verified: say(
    '信任清单自身的签名没有核验，由提交者负责。',
    'The signature of the trusted list itself was not checked; whoever handed it in vouches for it.',
  ),
  archive_stamp_not_used: say(
    '签名带有旧式归档时间戳，与原文的任何一种排法都对不上，没有采用。',
    'The signature carries an archive time-stamp of the old kind that fits no reading of the message; it was not used.',
  ),
  evidence_record_not_used: say(
    '证据记录不是关于此文件，或者没有接续完整，没有采用。',
    'An evidence record is not over this file, or was not carried on without a gap; it was not used.',
  ),
  counter_signature_doubted: say(
    '签名上的一个副署没有通过核验，对签名本身没有影响。',
    'A counter-signature on the signature did not hold; the signature itself is not affected.',
  ),
  misbehaviour_proved: say(
    '材料证明所列日志或者见证方失信。',
    'The file proves that the log or the witnesses named have lied.',
  ),
  anchored: say(
    '检查点已由所列链上的合约存证。',
    'The contract on the chain named holds the checkpoint.',
  ),
  block_not_judged: say(
    '所列区块是否属于该链，没有核验：请向一个可信的节点查询这一高度的区块哈希。',
    'Whether the block belongs to the chain was not judged: ask a node you trust for its hash.',
  ),
  anchor_not_judged: say(
    '包内附有链上存证，信任材料没有指明合约，没有核验。',
    'The package holds an anchor on a chain; no contract is trusted, so it was not judged.',
  ),
  twin_holds: say(
    '同一批记录在国密孪生日志中的证明成立。',
    'The same entries stand in the twin log under SM3, signed with SM2.',
  ),
  twin_not_judged: say(
    '包内附有国密孪生日志的证明，信任材料没有其公钥，没有核验。',
    'The package holds proofs of a twin log whose key is not trusted here; they were not judged.',
  ),
  head_stamped: say(
    '日志状态盖有可信时间戳，所列记录在该时间之前已经存在。',
    'A head of the log is time-stamped: the entries named existed by that time.',
  ),
  head_stamp_lapsed: say(
    '日志状态的时间戳到核验之时已经失去效力，没有续签，没有采用。',
    'The time-stamp over a head of the log was not carried on until now and was not used.',
  ),
  register_in_force: say(
    '所列名册由成员表决生效。',
    'The register named is in force by the votes of the members.',
  ),
  register_not_trusted: say(
    '首份成员名册没有列入信任材料，只核验了其后的表决。',
    'The first register is not in the trust folder; only the votes after it were judged.',
  ),
  time_order_broken: say(
    '记录所载的时间先后有误：授权、查询、授信、借据确认、密码验证、放款应当依次发生。',
    'Times stand in the wrong order: authorisation, query, grant, note, password, disbursement.',
  ),
  paper_left_out: say(
    '日志所载的签署文件中，有一份未列入证据包；其内容本报告无从知晓。',
    'The log knows a signed paper that the package does not hold; what it says nobody can tell here.',
  ),
  chain_not_named: say(
    '当事人签署的文件都没有写明它属于哪一组连续记录：同一份文件是否另有一组记录，本报告无从判断。',
    'No paper that a person signed names its chain: whether a second one was kept nobody can tell here.',
  ),
  source_not_judged: say(
    '所列记录由来源系统签名，但所需内容没有全部开示，或者签名用的是双方共享的密钥：该签名未作核验。',
    'The source signed these records; closed values or a shared secret keep it from being judged.',
  ),
  content_not_compared: say(
    '没有提交被签名的内容，只核验了签名本身。',
    'The signed content was not handed in; the signature alone was judged.',
  ),
  stamped_data_not_here: say(
    '被加盖时间戳的数据未随文件提交，未作比对。',
    'The data that was stamped was not handed in and not compared.',
  ),
};

function say(zh: string, en: string): Phrase {
  return { zh, en };
}
