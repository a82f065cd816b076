/** What a person is asked to agree to, by kind; the texts themselves are the house's. */
import type { Words } from '../ui/language.tsx';

export const consentWords: Readonly<Record<string, Words>> = {
  'esign-agreement': { zh: '电子签名使用约定', en: 'electronic signature agreement' },
  'basic-service': { zh: '账户与合同服务', en: 'account and contract service' },
  'face-image': { zh: '人脸图像', en: 'face image' },
  recording: { zh: '录音录像', en: 'recording' },
  'id-card-image': { zh: '身份证件影像', en: 'ID card image' },
  'bank-account': { zh: '银行账户信息', en: 'bank account' },
  'precise-location': { zh: '精确位置', en: 'precise location' },
  'device-fingerprint': { zh: '设备特征', en: 'device fingerprint' },
  'credit-reporting': { zh: '向征信机构提供信息', en: 'reporting to the credit bureau' },
  'named-partners': { zh: '向指明的合作方提供信息', en: 'named partners' },
  'third-party-sources': { zh: '查询第三方数据', en: 'third-party sources' },
  marketing: { zh: '营销信息', en: 'marketing' },
  'emergency-contact': { zh: '紧急联系人', en: 'emergency contact' },
  'automated-decision': { zh: '自动化决策', en: 'automated decision' },
  'evidence-deposit': { zh: '向见证节点存入证据摘要', en: 'evidence deposit' },
};
