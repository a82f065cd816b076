/**
 * A face as SVG, for an electronic seal (GB/T 38540) and for pages that show a seal before it is
 * used: the same paths, with y turned downwards.
 */
import { Fault } from '#base/fault';
import { type Appearance, number } from './appearance.ts';

const pointsPerMm = 72 / 25.4;

/** The picture in millimetres; refuses with pdf.syntax what none of our own faces holds. */
export function svgOf(face: Appearance): string {
  const words = face.content.split(/[ \n]+/).filter((word) => word !== '');
  const shapes: string[] = [];
  let [path, ink, width] = ['', '#000', '1'];
  let waiting: string[] = [];
  for (const word of words) {
    if (/^-?[\d.]+$/.test(word)) {
      waiting.push(word);
      continue;
    }
    if (word === 'm' || word === 'l' || word === 'c')
      path += `${word.toUpperCase()}${waiting.join(' ')}`;
    else if (word === 'h') path += 'Z';
    else if (word === 'rg') ink = colourOf(waiting);
    else if (word === 'w') [width = '1'] = waiting;
    else if (word === 'f' || word === 'S') {
      const paint =
        word === 'f' ? `fill="${ink}"` : `fill="none" stroke="${ink}" stroke-width="${width}"`;
      shapes.push(`<path ${paint} d="${path}"/>`);
      path = '';
    } else if (word !== 'q' && word !== 'Q' && word !== 'RG') {
      throw new Fault('pdf.syntax', { in: 'face', operator: word });
    }
    waiting = [];
  }
  const [wide, tall] = [face.width, face.height];
  const size = `width="${number(wide / pointsPerMm)}mm" height="${number(tall / pointsPerMm)}mm"`;
  const box = `viewBox="0 0 ${number(wide)} ${number(tall)}"`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${box}>`;
  return `${open}<g transform="matrix(1 0 0 -1 0 ${number(tall)})">${shapes.join('')}</g></svg>`;
}

function colourOf(shares: readonly string[]): string {
  const pairs = shares.map((share) =>
    Math.round(Number(share) * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${pairs.join('')}`;
}
