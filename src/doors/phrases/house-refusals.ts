/** What a person reads when one of the older rooms refuses: lending, signing, the house itself. */
import type { Phrase } from './phrase.ts';

export const houseRefusals: Readonly<Record<string, Phrase>> = {
  'access.idempotency_key_missing': {
    zh: '请求缺少幂等键，或者其格式不符。',
    en: 'The request carries no Idempotency-Key, or a malformed one.',
  },
  'access.idempotency_key_reused': {
    zh: '同一幂等键已用于另一请求。',
    en: 'This Idempotency-Key was used for another request.',
  },
  'access.internal_error': {
    zh: '系统出现错误，已记录，请稍后再试。',
    en: 'Something broke on our side; it is recorded. Please try again later.',
  },
  'access.not_yours': {
    zh: '您无权查看或操作此内容。',
    en: 'This is not yours to see or to change.',
  },
  'access.request_malformed': {
    zh: '请求内容有误，请检查后重试。',
    en: 'The request is malformed.',
  },
  'access.route_unknown': { zh: '没有这个地址。', en: 'There is nothing at this address.' },
  'access.unauthenticated': { zh: '请先登录。', en: 'Please log in first.' },
  'config.file_malformed': { zh: '配置文件有误。', en: 'The settings file is malformed.' },
  'config.mode_unknown': { zh: '没有这种运行模式。', en: 'There is no such mode.' },
  'config.port_malformed': { zh: '端口号有误。', en: 'The port is malformed.' },
  'consent.kind_unknown': { zh: '没有这一项同意。', en: 'There is no consent of this kind.' },
  'consent.missing': {
    zh: '还有需要您决定的同意事项。',
    en: 'A consent that is needed for this step is missing.',
  },
  'consent.text_differs': {
    zh: '同意书已更新，请重新阅读后再决定。',
    en: 'The text has changed; please read it again before you decide.',
  },
  'contract.clause_unconfirmed': {
    zh: '还有重要条款没有逐条确认。',
    en: 'Some important clauses have not been confirmed yet.',
  },
  'contract.clause_unknown': {
    zh: '文件里没有这一条款。',
    en: 'The document has no such clause.',
  },
  'contract.digest_differs': {
    zh: '您看到的文件与保存的文件不一致，已停止。',
    en: 'What you were shown is not the document on file; stopped.',
  },
  'contract.document_unknown': { zh: '没有这份文件。', en: 'There is no such document.' },
  'contract.intent_elsewhere': {
    zh: '验证码不是为这份文件发出的。',
    en: 'The code was sent for other documents.',
  },
  'contract.intent_expired': {
    zh: '本次签署已超过十分钟，请重新获取验证码。',
    en: 'This signing session is over; please ask for a new code.',
  },
  'contract.intent_unconfirmed': {
    zh: '请先输入短信验证码。',
    en: 'Please enter the code from the text message first.',
  },
  'contract.intent_unknown': { zh: '没有这次签署。', en: 'There is no such signing session.' },
  'contract.reading_limit': {
    zh: '翻页次数过多，请重新打开文件。',
    en: 'Too many page turns; please open the document again.',
  },
  'contract.reading_unfinished': {
    zh: '请先读完文件再继续。',
    en: 'Please finish reading the document first.',
  },
  'contract.slot_unknown': {
    zh: '这份文件没有此签署位置。',
    en: 'This document has no such place to sign.',
  },
  'identity.card_check_digit': {
    zh: '银行卡号校验位不符，请核对。',
    en: 'The check digit of the card number is wrong.',
  },
  'identity.card_malformed': { zh: '银行卡号格式有误。', en: 'The card number is malformed.' },
  'identity.id_number_birth_date': {
    zh: '身份证号码中的出生日期有误。',
    en: 'The birth date in the identity number does not exist.',
  },
  'identity.id_number_check_digit': {
    zh: '身份证号码校验位不符，请核对。',
    en: 'The check digit of the identity number is wrong.',
  },
  'identity.id_number_malformed': {
    zh: '身份证号码应为十八位。',
    en: 'An identity number has eighteen characters.',
  },
  'identity.mobile_malformed': { zh: '手机号码格式有误。', en: 'The mobile number is malformed.' },
  'identity.name_malformed': { zh: '姓名格式有误。', en: 'The name is malformed.' },
  'identity.synthetic_refused': {
    zh: '正式环境不接受测试用的号码。',
    en: 'Test numbers are refused in production.',
  },
  'lending.authorisation_missing': {
    zh: '未取得征信查询授权，不得查询。',
    en: 'No credit query without a signed authorisation.',
  },
  'lending.case_unknown': { zh: '没有这个案件。', en: 'There is no such case.' },
  'lending.channel_refused': {
    zh: '本笔借款不能在线上签约，请到营业网点办理。',
    en: 'This loan may not be signed remotely; please visit a branch.',
  },
  'lending.date_malformed': { zh: '日期有误。', en: 'The date is malformed.' },
  'lending.flows_malformed': {
    zh: '现金流有误，无法计算成本。',
    en: 'The cash flows allow no cost to be computed.',
  },
  'lending.instalment_differs': {
    zh: '每期金额与重新计算的结果不符。',
    en: 'The stated instalment is not the recomputed one.',
  },
  'lending.right_unknown': {
    zh: '这份合同还没有形成债权（尚未放款）。',
    en: 'No right came of this contract yet: nothing was paid out.',
  },
  'lending.right_out_of_order': {
    zh: '债权当前的状态不允许这样处分。',
    en: 'The right does not stand so that this could be done with it.',
  },
  'lending.right_malformed': {
    zh: '请写明相对人与所依据的合同（各不超过 120 字）。',
    en: 'Name the counterparty and the contract it rests on, at most 120 letters each.',
  },
  'lending.instalment_paid': { zh: '这一期已经还清。', en: 'This instalment is already paid.' },
  'lending.instalment_unknown': { zh: '没有这一期还款。', en: 'There is no such instalment.' },
  'lending.level_not_reached': {
    zh: '证据尚未达到放款所需的级别，请稍候。',
    en: 'The log has not yet reached the level this product asks for.',
  },
  'lending.out_of_order': { zh: '现在还不能进行这一步。', en: 'This step is not possible now.' },
  'lending.password_wrong': { zh: '支付密码不正确。', en: 'The payment password is wrong.' },
  'lending.product_unknown': {
    zh: '没有这个产品，或者已停办。',
    en: 'There is no such product in force.',
  },
  'lending.signature_missing': {
    zh: '签名不齐备，不能放款。',
    en: 'Signatures are missing; no money moves.',
  },
  'lending.terms_malformed': { zh: '借款条件有误。', en: 'The terms of the loan are malformed.' },
  'lending.terms_refused': {
    zh: '借款金额、期限或用途不在产品范围之内。',
    en: 'Amount, term or purpose is outside the product.',
  },
  'main.already_running': {
    zh: '此目录的系统已在运行。',
    en: 'This installation is already running.',
  },
  'main.certificate_absent': {
    zh: '文件中没有证书（PEM、DER，或 .p7b）。',
    en: 'The file holds no certificate (PEM, DER or .p7b).',
  },
  'main.database_url_malformed': {
    zh: '数据库地址有误。',
    en: 'The address of the database is malformed.',
  },
  'main.file_unwritable': {
    zh: '文件无法写入，或同名文件已存在。',
    en: 'The file cannot be written, or there is one of that name already.',
  },
  'main.file_unreadable': { zh: '文件无法读取。', en: 'The file cannot be read.' },
  'main.phone_failed': { zh: '模拟手机未能完成流程。', en: 'The phone did not finish its story.' },
  'main.process_not_ready': { zh: '进程尚未就绪。', en: 'The process is not ready.' },
  'main.process_unknown': { zh: '没有这个进程。', en: 'There is no such process.' },
  'main.simulator_refused': {
    zh: '正式环境拒绝模拟器。',
    en: 'Simulators are refused in production.',
  },
  'main.socket_folder_foreign': {
    zh: '套接字目录不属于本用户。',
    en: 'The socket folder belongs to somebody else.',
  },
  'main.usage': { zh: '命令用法有误。', en: 'The command was used wrongly.' },
  'phone.answer_malformed': { zh: '服务器的答复有误。', en: 'The server gave a malformed answer.' },
  'phone.code_missing': { zh: '没有收到验证码。', en: 'No code arrived.' },
  'phone.document_missing': {
    zh: '应当出现的文件没有出现。',
    en: 'A document that should be here is missing.',
  },
  'phone.no_answer': {
    zh: '没有收到答复，请检查网络。',
    en: 'No answer came; please check the network.',
  },
  'phone.not_what_was_shown': {
    zh: '待签文件与您看到的不一致，手机拒绝签名。',
    en: 'What was to be signed is not what was shown; the phone refused.',
  },
  'phone.nothing_to_sign': { zh: '没有需要签署的文件。', en: 'There is nothing to sign.' },
  'phone.refused': { zh: '服务器拒绝了请求。', en: 'The server refused the request.' },
  'phone.waited_in_vain': { zh: '等待超时。', en: 'Waited in vain.' },
  'signing.already_signed': { zh: '此处已经签署。', en: 'This place is already signed.' },
  'signing.attempt_void': {
    zh: '未能取得时间戳，本次签署作废，请重新确认。',
    en: 'No time stamp arrived in time; the attempt is void, please confirm again.',
  },
  'signing.certificate_expired': {
    zh: '证书已到期，请重新确认签署意愿。',
    en: 'The certificate has expired; please confirm again.',
  },
  'signing.document_known': {
    zh: '该文件已保存为另一内容。',
    en: 'This document is already kept with other content.',
  },
  'signing.document_unknown': { zh: '没有这份文件的修订版本。', en: 'There is no such revision.' },
  'signing.revision_differs': {
    zh: '保存的文件与其摘要不符，已停止。',
    en: 'A stored revision is not what its digest says; stopped.',
  },
  'signing.signature_differs': {
    zh: '签名与待签内容或证书不符。',
    en: 'The signature is not for these bytes or not by this certificate.',
  },
  'signing.ticket_malformed': { zh: '签署凭单有误。', en: 'The signing ticket is malformed.' },
  'signing.ticket_stale': {
    zh: '文件已有新的签名，请重新签署。',
    en: 'Another signature landed first; sign again.',
  },
  'signing.ticket_unknown': { zh: '没有这张签署凭单。', en: 'There is no such signing ticket.' },
};
