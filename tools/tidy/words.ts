/**
 * Rules about words: what may be called, how things may be named, what a comment owes.
 */
import ts from 'typescript';

import { lineOf, type SourceFile, visit } from '../tree.ts';
import type { Finding, Rule } from './rule.ts';

const bannedPlaces: Readonly<Record<string, string>> = {
  utils: 'the noun of what is in it',
  util: 'the noun of what is in it',
  helpers: 'the noun of what is in it',
  helper: 'the noun of what is in it',
  common: 'the lower of the two rooms',
  shared: 'the lower of the two rooms',
  lib: 'a room with a noun',
  misc: 'a room with a noun',
  manager: 'what it does',
  handler: 'what it answers',
  data: 'what it is data of',
  info: 'what it tells',
  types: 'the file where the type has its meaning',
};

const ambientCalls: Readonly<Record<string, string>> = {
  'Date.now': 'a Clock handed in (#base/clock)',
  'Math.random': 'a Random handed in (#base/random)',
  'process.env': 'Config from src/config.ts',
  'crypto.randomUUID': 'uuidv7 (#base/id)',
  'crypto.getRandomValues': 'a Random handed in (#base/random)',
};

const ambientImports: Readonly<Record<string, string>> = {
  randomBytes: 'a Random handed in (#base/random)',
  randomUUID: 'uuidv7 (#base/id)',
  randomInt: 'a Random handed in (#base/random)',
  env: 'Config from src/config.ts',
};

const pinyin = new RegExp(
  [
    'hetong|qianzi|qianming|qianshu|yinzhang|gongzhang',
    'jiekuan|daikuan|huankuan|fangkuan|benjin',
    'yonghu|shenfen|shouji|yinhang|baoquan|cunzheng|xieyi',
  ].join('|'),
  'i',
);
const typeSuffixes = /(?:Dto|Impl|Helper|Utils?|Manager)$|^I[A-Z][a-z]|^[Ll]egacy|V\d+$/;
// Put together from halves, so that this line does not find itself.
const openWords = ['TO-DO', 'FIX-ME', 'XX-X', 'HA-CK'].map((word) => word.replace('-', ''));
const openEnd = new RegExp(`\\b(?:${openWords.join('|')})\\b(?!\\(#\\d+\\))`);
const timeNames = /(?:timeout|interval|delay|lease|deadline|duration|lifetime|backoff)/i;
const timeUnits = /(?:Ns|Us|Ms|Seconds|Minutes|Hours|Days|Months|Years)(?:Max|Min)?$/;
const sizeNames = /(?:size|length|bytes)(?:max|min)$/i;
const sizeUnits = /(?:Bytes|Bits|Characters|Items|Lines|Digits)(?:Max|Min)$/;

/** Time, chance and configuration come in through the front door (style rule 7). */
export const ambient: Rule = {
  name: 'ambient',
  find: (tree) =>
    tree.sources.filter(({ path }) => /^(src|test)\//.test(path)).flatMap(ambientFindings),
};

export const names: Rule = {
  name: 'name',
  find: (tree) => tree.sources.flatMap((file) => [...placeFindings(file), ...nameFindings(file)]),
};

/** A limit says its unit, so that nobody reads seconds as milliseconds. */
export const units: Rule = {
  name: 'unit',
  find: (tree) => tree.sources.flatMap(unitFindings),
};

export const comments: Rule = {
  name: 'comment',
  find: (tree) => tree.sources.flatMap((file) => [...openTodos(file), ...missingHead(file)]),
};

/** Business and below speak through faults, facts and doors, not to a terminal. */
export const quiet: Rule = {
  name: 'quiet',
  find: (tree) =>
    tree.sources
      .filter(({ path, isTest }) => !isTest && /^src\/(base|formats|trust|business)\//.test(path))
      .flatMap((file) => callsOf(file, /^console\.\w+$/, 'a fault, a fact or a door')),
};

function ambientFindings(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  const add = (node: ts.Node, banned: string, instead: string): void => {
    const line = lineOf(file, node.getStart());
    found.push({ file: file.path, line, message: `${banned} is banned; use ${instead}` });
  };
  visit(file.ast, (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      const owner = ts.isIdentifier(node.expression) ? node.expression.text : ownName(node);
      const instead = ambientCalls[`${owner}.${node.name.text}`];
      if (instead !== undefined) add(node, `${owner}.${node.name.text}`, instead);
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date') {
      const count = node.arguments?.length ?? 0;
      if (count === 0) add(node, 'new Date()', 'a Clock handed in (#base/clock)');
    }
    if (ts.isImportSpecifier(node)) {
      const module = node.parent.parent.parent.moduleSpecifier.getText();
      const instead = ambientImports[(node.propertyName ?? node.name).getText()];
      if (instead !== undefined && /node:(crypto|process)/.test(module)) {
        add(node, node.getText(), instead);
      }
    }
  });
  return found;
}

/** `crypto` in `globalThis.crypto.randomUUID`. */
function ownName(node: ts.PropertyAccessExpression): string {
  return ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : '';
}

function callsOf(file: SourceFile, banned: RegExp, instead: string): Finding[] {
  const found: Finding[] = [];
  visit(file.ast, (node) => {
    if (!ts.isCallExpression(node) || !banned.test(node.expression.getText())) return;
    const message = `${node.expression.getText()} is banned; use ${instead}`;
    found.push({ file: file.path, line: lineOf(file, node.getStart()), message });
  });
  return found;
}

function placeFindings(file: SourceFile): Finding[] {
  const steps = file.path.replace(/(?:\.(?:test|slow|long|config))*\.ts$/, '').split('/');
  return steps.flatMap((step) => {
    const instead = bannedPlaces[step];
    // `handler` is what HTTP calls it, and only a door or the wire speaks HTTP.
    if (instead === undefined || (step === 'handler' && /http|wire/.test(file.path))) return [];
    return [{ file: file.path, line: 1, message: `a place called ${step}; name ${instead}` }];
  });
}

function nameFindings(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  const add = (node: ts.Node, message: string): void => {
    found.push({ file: file.path, line: lineOf(file, node.getStart()), message });
  };
  visit(file.ast, (node) => {
    if (!ts.isIdentifier(node) || seen.has(node.text)) return;
    seen.add(node.text);
    if (pinyin.test(node.text)) add(node, `${node.text} is pinyin; use the word of GLOSSARY.md`);
    if (isExportedName(node) && typeSuffixes.test(node.text)) {
      add(node, `${node.text}: no version, kind or history in a name`);
    }
  });
  return found;
}

function isExportedName(node: ts.Identifier): boolean {
  const { parent } = node;
  const declares =
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isFunctionDeclaration(parent);
  if (!declares || parent.name !== node) return false;
  return parent.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function unitFindings(file: SourceFile): Finding[] {
  return file.ast.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap((one) => {
      const name = one.name.getText();
      if (one.initializer === undefined || !isNumber(one.initializer)) return [];
      const missing =
        (timeNames.test(name) && !timeUnits.test(name)) ||
        (sizeNames.test(name) && !sizeUnits.test(name));
      if (!missing) return [];
      const line = lineOf(file, one.getStart());
      return [{ file: file.path, line, message: `${name} does not say its unit` }];
    });
  });
}

function isNumber(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node)) return true;
  return ts.isBinaryExpression(node) && isNumber(node.left) && isNumber(node.right);
}

function openTodos(file: SourceFile): Finding[] {
  return file.text.split('\n').flatMap((text, at) => {
    if (!openEnd.test(text)) return [];
    return [{ file: file.path, line: at + 1, message: 'an open end needs its issue: (#12)' }];
  });
}

/** The head comment says what the file is and promises; a test's title says it by itself. */
function missingHead(file: SourceFile): Finding[] {
  if (file.isTest || /^(?:#!.*\n)?\/\*\*/.test(file.text)) return [];
  if (file.isFace && /^(?:\/\/|\/\*)/.test(file.text)) return [];
  return [
    { file: file.path, line: 1, message: 'no comment at its head: what it is, what it promises' },
  ];
}
