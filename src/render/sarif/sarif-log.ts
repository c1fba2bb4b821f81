/** The part of SARIF 2.1.0 that report.sarif is written in. Absent properties mean what the format says they mean. */
export interface SarifLog {
  $schema: string;
  version: '2.1.0';
  runs: SarifRun[];
}

export interface SarifRun {
  tool: { driver: { name: string; version: string; semanticVersion?: string; rules: SarifRule[] } };
  /** Its part before the last slash is the category under which GitHub keeps results. */
  automationDetails: { id: string };
  invocations: SarifInvocation[];
  versionControlProvenance?: SarifRevision[];
  originalUriBaseIds: Record<string, { description: SarifMessage }>;
  columnKind: 'utf16CodeUnits';
  results: SarifResult[];
  properties: Record<string, unknown>;
}

export interface SarifMessage {
  text: string;
}

export interface SarifRule {
  id: string;
  shortDescription: SarifMessage;
  fullDescription: SarifMessage;
  help: SarifMessage;
  properties: { tags: string[] };
}

export type SarifLevel = 'error' | 'warning' | 'note';

export interface SarifNotification {
  descriptor: { id: string };
  level: SarifLevel;
  message: SarifMessage;
  properties?: Record<string, unknown>;
}

export interface SarifInvocation {
  executionSuccessful: boolean;
  startTimeUtc?: string;
  endTimeUtc?: string;
  toolExecutionNotifications: SarifNotification[];
}

export interface SarifRevision {
  repositoryUri: string;
  revisionId?: string;
  branch?: string;
  mappedTo: { uriBaseId: string };
}

/** Lines from 1, both included; without columns these are whole lines without the last one's line end. */
export interface SarifRegion {
  startLine: number;
  endLine: number;
}

export interface SarifArtifactLocation {
  /** Relative, percent-encoded. */
  uri: string;
  uriBaseId: string;
}

export interface SarifLocation {
  id?: number;
  message?: SarifMessage;
  physicalLocation: { artifactLocation: SarifArtifactLocation; region: SarifRegion };
}

export interface SarifFix {
  description: SarifMessage;
  artifactChanges: {
    artifactLocation: SarifArtifactLocation;
    replacements: { deletedRegion: SarifRegion; insertedContent: { text: string } }[];
  }[];
}

export interface SarifResult {
  ruleId: string;
  ruleIndex: number;
  level: SarifLevel;
  message: SarifMessage;
  locations: SarifLocation[];
  relatedLocations?: SarifLocation[];
  partialFingerprints: Record<string, string>;
  fixes?: SarifFix[];
  properties: Record<string, unknown>;
}
