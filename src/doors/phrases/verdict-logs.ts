/** What a verdict says of logs, their witnesses, and files about them. */
import type { Phrase } from './phrase.ts';

/** Of files that speak about a log: accusations of it, and anchors of its heads. */
export function aboutLogPhrases() {
  return {
    anchor_malformed: say('链上存证文件的格式不正确。', 'The file of the anchor is malformed.'),
    anchor_wrong: say(
      '链上存证的证明与检查点、合约或者区块头不符。',
      'The proof does not lead from the block to the checkpoint in the trusted contract.',
    ),
    twin_wrong: say(
      '国密孪生日志的证明与存证记录或者日志不符。',
      'The proofs of the twin log (SM3, SM2) do not agree with the entries or the log.',
    ),
    head_stamp_wrong: say(
      '日志状态的可信时间证明无效，或者不属于本日志。',
      'The time-stamp over a head of the log does not hold, or is over no head of this log.',
    ),
    register_wrong: say(
      '日志成员名册或者其表决记录不成立。',
      'The register of the log’s members, or a vote that changed it, does not hold.',
    ),
    shard_wrong: say(
      '两个半年日志分片之间的衔接不成立：结尾叶、开头叶或其所指的树头有改动。',
      'The link between two half-years of the log does not hold: a leaf or the head it names.',
    ),
    package_form_unknown: say(
      '证据包的格式版本比本核验程序新，请换用新版核验程序。',
      'The package is of a form newer than this verifier; please judge it with a newer one.',
    ),
    accusation_malformed: say(
      '这份失信证明的格式不正确。',
      'This proof of misbehaviour is malformed.',
    ),
    accusation_unproved: say(
      '这份材料不能证明日志或者见证方失信。',
      'This file does not prove that a log or a witness misbehaved.',
    ),
  };
}

export function logPhrases() {
  return {
    checkpoint_malformed: say('日志状态无法解读。', 'The checkpoint cannot be read.'),
    checkpoint_unsigned: say(
      '日志状态没有日志方的有效签名。',
      'The checkpoint is not validly signed by the log.',
    ),
    checkpoint_signature_wrong: say(
      '日志状态上有一个签名无效。',
      'A signature line of the checkpoint does not hold.',
    ),
    institution_differs: say(
      '此证据属于一家机构，却记在另一家机构的日志中。',
      'This is of one institution, but stands in the log of another.',
    ),
    proof_malformed: say('日志证明无法解读。', 'The log proof cannot be read.'),
    proof_missing: say('缺少条目已入日志的证明。', 'The proof that the log holds it is missing.'),
    proof_wrong: say(
      '日志证明与条目或者日志状态不符。',
      'The log proof does not fit the entry or the checkpoint.',
    ),
    witness_quorum_missing: say(
      '签署日志状态的见证方数量不足。',
      'Too few witnesses cosigned the checkpoint.',
    ),
    sentinel_missing: say('哨兵见证没有签署日志状态。', 'The sentinel did not cosign.'),
    witness_time_wrong: say(
      '见证时间早于所见证的条目。',
      'A witness cosigned before an entry was made.',
    ),
    policy_differs: say(
      '证据包所附的见证规则与信任材料不一致。',
      'The policy is not the one of the trust folder.',
    ),
    policy_not_logged: say(
      '见证规则的采用未记入日志。',
      'The adoption of the policy is not logged.',
    ),
    trust_missing: say(
      '信任材料不全，不能判断。',
      'The trust folder lacks what is needed to judge.',
    ),
    trust_malformed: say(
      '信任材料中的文件无法解读。',
      'A file of the trust folder cannot be read.',
    ),
  };
}

function say(zh: string, en: string): Phrase {
  return { zh, en };
}
