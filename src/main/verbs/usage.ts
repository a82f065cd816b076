/**
 * How each verb is called and what it does: `fubie --help`, `fubie VERB --help`, and what stands
 * below a wrong call. Chinese first, for operators read it.
 *
 * The law that every verb of the table stands here is a test's.
 */
export interface Usage {
  /** One line for each way of calling it, without `fubie` and the verb. */
  readonly calls: readonly string[];
  readonly zh: string;
  readonly en: string;
}

/** A process of the house: `fubie start` starts it with its own folder. */
const asProcess = (zh: string, en: string): Usage => ({ calls: ['--folder DIR'], zh, en });

export const usages: Readonly<Record<string, Usage>> = {
  start: {
    calls: ['[--no-story] [--lan]'],
    zh: '在本机运行全部进程，直到 Ctrl-C；数据目录取自 FUBIE_VAR，端口取自 FUBIE_PORT',
    en: 'Runs the whole house until Ctrl-C; FUBIE_VAR names its folder, FUBIE_PORT its port.',
  },
  doctor: {
    calls: ['[--var DIR] [--json]'],
    zh: '配置了什么，模拟了什么，缺什么；各进程是否应答',
    en: 'What is configured, simulated, missing; whether each process answers.',
  },
  fsck: {
    calls: ['[--var DIR] [--tenant ID] [--heads DIR] [--mend] [--json]'],
    zh: '复核整个日志：数据行、条目、瓦片、检查点、见证方所存；--mend 先补回丢失的公开文件；退出码 0 完好，1 有误',
    en: 'Re-verifies the whole log; --mend makes lost public files again; exit 0 sound, 1 broken.',
  },
  backup: {
    calls: [
      '--to DIR [--var DIR] [--json]',
      '--wraps-only [--var DIR] [--json]',
      '--forget DIR [--var DIR]',
    ],
    zh: '备份运行中的系统；只更新密钥包裹副本；登记某处备份已销毁',
    en: 'Backs a running house up; renews the wrapped keys beside it; forgets a place.',
  },
  restore: {
    calls: ['--from FILE|DIR [--wraps FILE] [--log DIR] [--root DIR] [--json]'],
    zh: '由备份恢复到空目录；密钥存储目录与各进程目录须先放回',
    en: 'A house from a back-up, into a root to which the holders have brought their keys.',
  },
  epoch: {
    calls: ['--tenant ID [--at-once] [--var DIR] [--json]'],
    zh: '查看或立即轮换机构的密钥纪元',
    en: 'Where a tenant’s epoch of keys stands; changes it at once.',
  },
  monitor: {
    calls: [
      '--log URL|DIR --origin NAME|--vkey FILE --trust DIR --state DIR',
      '  [--witness NAME=SOCKET|NAME=FILE.jsonl]… [--every SECONDS] [--json]',
    ],
    zh: '旁人逐条复核日志，发现违规即写出证明；退出码 0 完好，1 可疑，3 已有证明',
    en: 'Others verify every entry and write proofs; exit 0 sound, 1 suspect, 3 convicted.',
  },
  register: {
    calls: [
      'key --name NAME --key KEY.pem',
      'vote FILE --name NAME --key KEY.pem [--trust DIR]',
      'adopt FILE --trust DIR',
      'show --trust DIR [--at SECONDS]',
    ],
    zh: '日志成员名册：成员公钥、表决、采用、查看',
    en: 'The register of the log’s members: key, vote, adopt, show.',
  },
  anchor: {
    calls: [
      '--log URL|DIR --origin NAME --trust DIR --state DIR --rpc URL --chain-id N',
      '  --contract 0x… --key FILE [--confirmations N] [--every SECONDS]',
      'found --rpc URL --chain-id N --key FILE --founder 0x… [--founder 0x…]… [--delay SECONDS]',
    ],
    zh: '把见证过的检查点存到联盟链；部署合约',
    en: 'Anchors witnessed checkpoints on a chain; puts the contract there.',
  },
  tenant: {
    calls: [
      'add --file FILE [--var DIR] [--json]',
      'list [--var DIR] [--json]',
      'exit --tenant ID --export DIR [--var DIR] [--json]',
    ],
    zh: '机构入驻、一览、退出',
    en: 'Lets an institution in, lists them, lets one leave.',
  },
  staff: {
    calls: ['add --tenant ID --login NAME --role ROLE[,ROLE] [--unit ID] [--var DIR]'],
    zh: '首批人员，打印一次性口令',
    en: 'The first people of an institution, each with a password for one login.',
  },
  seal: {
    calls: [
      'list --tenant ID [--var DIR] [--json]',
      'make|renew --tenant ID --seal ID --documents KIND[,KIND] --days N --granted-by OFFICE --by NAME',
      '  [--pkcs11 LIBRARY --token LABEL --password-file FILE] [--var DIR] [--json]',
      'destroy --tenant ID --seal ID [--var DIR] [--json]',
    ],
    zh: '密钥保管人制作、续期、销毁印章',
    en: 'The key keeper makes, renews and destroys seals.',
  },
  package: {
    calls: ['CASE --out FILE [--var DIR] [--tenant ID] [--login NAME] [--json]'],
    zh: '由运行中的系统生成一案的证据包',
    en: 'The evidence package of one case, built by the running house.',
  },
  verify: {
    calls: [
      'FILE… [--trust DIR] [--at TIME] [--receipt FILE|DIR] [--content FILE]',
      '  [--evidence-record FILE]… [--profile strict|etsi] [--revocation if-present|required]',
      '  [--json] [--report OUT --key FILE --cert FILE [--chain FILE]… [--password-file FILE] [--tsa URL]…]',
    ],
    zh: '核验证据包或签名文件；退出码 0 有效，1 无效，2 用法有误，3 不能确定，4 未完成',
    en: 'Judges a package or a signed file; exit 0 valid, 1 invalid, 2 usage, 3 indeterminate, 4 failed.',
  },
  sign: {
    calls: ['FILE --out FILE …'],
    zh: '签署文件；fubie sign --help 列出全部选项',
    en: 'Signs a file; fubie sign --help says all of it.',
  },
  demo: {
    calls: ['--out DIR [--json]'],
    zh: '在全新环境中走完一个故事，输出文件',
    en: 'The story in a fresh world of real processes, and what it made.',
  },
  database: asProcess(
    '自带的 PostgreSQL，或外部数据库的迁移',
    'PostgreSQL of our own, or migrations.',
  ),
  'trust-centre': asProcess('测试 CA 与时间戳机构', 'The TEST CA and time-stamping authority.'),
  keystore: asProcess('密钥纪元与印章密钥', 'Epoch keys and seals.'),
  sequencer: asProcess(
    '日志定序、取联署、提供公开文件',
    'Gives entries their places, gets heads cosigned.',
  ),
  witness: asProcess('一个见证方', 'One witness of every log.'),
  gateway: asProcess('一个模拟网关', 'One simulated gateway.'),
  serve: asProcess('对外接口与网页', 'The interface and the pages.'),
  work: asProcess('提交之后的后台任务', 'What follows a commit.'),
  phone: asProcess('签署人的设备（无屏幕）', 'The signer’s device, without a screen.'),
};

/** What stands below a wrong call, and all of `fubie VERB --help`. */
export function usageText(verb: string): string {
  const usage = usages[verb];
  if (usage === undefined) return '';
  const calls = usage.calls.map((call) =>
    call.startsWith('  ') ? `        ${call}` : `  fubie ${verb} ${call}`,
  );
  return `${['用法 Usage', ...calls, '', usage.zh, usage.en].join('\n')}\n`;
}

/** All verbs, each with its Chinese line. */
export function allUsages(): string {
  const width = 14;
  const lines = Object.entries(usages).map(([verb, { zh }]) => `  ${verb.padEnd(width)}${zh}`);
  const more = 'fubie VERB --help 说明一个命令的用法 says how one is called';
  return `${['用法 Usage: fubie VERB …', '', ...lines, '', more].join('\n')}\n`;
}
