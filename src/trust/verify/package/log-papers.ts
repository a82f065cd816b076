/**
 * Steps 5b to 5e: what stands behind the log itself: its twin, trusted time, anchors, registers. A
 * package without them is judged without them; what it holds must hold.
 */
import { formatInstant, type Instant } from '#base/clock';
import type { EvidenceLevel, EvidenceReport, Notice } from '../report/report.ts';
import { judgeAnchored } from './anchored.ts';
import type { ClosedTree } from './closed-tree.ts';
import type { PackageFiles } from './container.ts';
import type { JudgedEntries } from './entries.ts';
import { judgeHeads } from './heads.ts';
import { type LogContext, logContext } from './log-context.ts';
import { judgeRegisters } from './registers.ts';
import { judgeTwinFiles } from './twin.ts';

/** What these steps add to the report. */
export interface LogPapers {
  readonly told: Pick<EvidenceReport, 'held' | 'stampedAt'>;
  readonly notices: readonly Notice[];
}

const levels: readonly EvidenceLevel[] = ['L0', 'L1', 'L2'];

/** `level`: how far the package's own checkpoint is cosigned. */
export async function judgeLogPapers(
  of: JudgedEntries & { readonly files: PackageFiles; readonly closed: readonly ClosedTree[] },
  at: { readonly level: EvidenceLevel; readonly judged: Instant | undefined },
  parts: Pick<LogContext, 'trust' | 'engine' | 'findings'>,
): Promise<LogPapers> {
  const cosigned = levels.slice(0, levels.indexOf(at.level) + 1);
  const context = logContext(of, parts);
  if (context === undefined) return { told: { held: cosigned }, notices: [] };
  const twin = await judgeTwinFiles(of.placed, context);
  const { since, notices: stamped } = await judgeHeads(at.judged, context);
  const { holds, notices: anchored } = await judgeAnchored(context);
  const registers = await judgeRegisters(context);
  return {
    told: {
      held: [
        ...cosigned,
        ...(holds ? (['L3'] as const) : []),
        ...(since === undefined ? [] : (['L4'] as const)),
      ],
      ...(since === undefined ? {} : { stampedAt: formatInstant(since) }),
    },
    notices: [...twin, ...stamped, ...anchored, ...registers],
  };
}
