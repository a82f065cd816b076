import type { Words } from '../../ui/language.tsx';

export const menuWords = {
  title: { zh: '菜单', en: 'Menu' },
  close: { zh: '回到办理', en: 'Back' },
  elderOn: { zh: '改用大字（长辈模式）', en: 'Use larger text (elder mode)' },
  language: { zh: 'English', en: '中文' },
  elderOff: { zh: '改回标准字', en: 'Use standard text' },
  guide: { zh: '电子签名是什么', en: 'What an electronic signature means' },
  rehearse: { zh: '先演练一遍（不算数）', en: 'Rehearse (does not count)' },
  handover: { zh: '换一台设备继续', en: 'Continue on another device' },
  toApp: { zh: '返回原来的应用', en: 'Back to the app' },
  forget: { zh: '在这台设备上退出', en: 'Leave on this device' },
  forgetTitle: { zh: '在这台设备上退出？', en: 'Leave on this device?' },
  forgetLead: {
    zh: '办理进度都在，以后可以用短信里的链接或换机编码回来。这台设备上不再保留任何内容，请先下载您的签署凭据。',
    en: 'Your progress is kept and you can return by the link in your message or a device code. Nothing stays on this device; download your signing receipts first.',
  },
  forgetYes: { zh: '退出', en: 'Leave' },
  stay: { zh: '不退出', en: 'Stay' },
  handoverTitle: { zh: '换一台设备继续', en: 'Continue on another device' },
  handoverLead: {
    zh: '用另一台设备扫这个码，或者在那里选“继续以前的办理”，填下面的编码。五分钟内有效，只能用一次。',
    en: 'Scan this with the other device, or choose “Continue an earlier application” there and enter the code. Valid for five minutes, once.',
  },
  handoverWarn: {
    zh: '谁拿到这个码，谁就能看到您的申请，不要发给别人。',
    en: 'Whoever has this code can see your application; give it to nobody.',
  },
  handoverCode: { zh: '换机编码', en: 'Device code' },
  handoverQr: { zh: '换机二维码', en: 'QR code for the other device' },
  handoverNew: { zh: '换一个新的码', en: 'Make a new code' },
  number: { zh: '保全号', en: 'Preservation number' },
} satisfies Readonly<Record<string, Words>>;
