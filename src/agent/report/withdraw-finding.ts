import * as z from 'zod';
import { type AgentTool, badArguments, defineTool, failed, told } from '../agent-tool.ts';
import type { FindingCollector } from '../finding-collector.ts';
import { asLine, asText, makeAllVisible } from './loose-values.ts';

const Arguments = z.object({ id: z.string(), reason: z.string() });

/** Takes an accepted finding back; the ledger keeps it with the reason. */
export function createWithdrawFinding(collector: FindingCollector, description: string): AgentTool {
  return defineTool({
    name: 'withdraw_finding',
    description,
    access: 'report',
    schema: Arguments,
    async runRaw(argumentValues) {
      const id = asLine(argumentValues.id).toUpperCase();
      const reason = asText(makeAllVisible(argumentValues.reason)).trim();
      const shown = id.slice(0, 40);
      if (id === '') return badArguments('withdraw_finding', ['`id` is missing: such as I2.']);
      if (reason === '') return badArguments('withdraw_finding', ['`reason` is missing.']);
      if (/^A\d+$/.test(id)) return failed(`${shown} was not accepted, so there is nothing to take back.`);
      const outcome = await collector.withdraw(id, reason);
      if (outcome === 'withdrawn') return told(`${shown} is withdrawn.`);
      return failed(
        outcome === 'unknown'
          ? `You have no finding ${shown}; ids are those that report_finding answered.`
          : `${shown} was withdrawn before.`,
      );
    },
  });
}
