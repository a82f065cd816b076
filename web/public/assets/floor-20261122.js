/*
 * What a browser below the floor (Chromium 87, Safari 14.1) is told instead of a blank page: where to
 * go, and that the case stays open. Old syntax only, for it runs where nothing else of the page does.
 * Browsers keep it for ever under this name: another text needs another name.
 */
(function () {
  var able =
    'noModule' in HTMLScriptElement.prototype &&
    typeof Promise === 'function' &&
    typeof Promise.any === 'function' &&
    typeof String.prototype.replaceAll === 'function' &&
    window.crypto !== undefined &&
    window.crypto.subtle !== undefined;
  if (able) return;
  function tell() {
    var place = document.getElementById('root');
    var sentence = document.createElement('main');
    sentence.textContent =
      '这台设备的浏览器太旧，不能安全签名。请换一部手机，或者更新浏览器后再打开短信里的链接；也可以到营业场所办理。您办理到哪里都保存着，不会丢。' +
      ' This browser is too old to sign safely. Use another phone or a newer browser and open the link in your message again, or go to a branch. Your case stays open.';
    place.parentNode.replaceChild(sentence, place);
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', tell);
  else tell();
})();
