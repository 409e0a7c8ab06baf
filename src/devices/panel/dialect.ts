// A front panel as plain data: what a supply, a meter or a generator can be set to and asked for, in its own words. A new
// instrument is one such table in dialects/, and its line in dialects.ts.

export interface PanelIdentity {
  readonly vendor: string;
  readonly model: string;
}

/** A number or a word that is set; `?` behind the question asks for it. */
interface SettingBase {
  /** Unique in its channel, such as `voltage`. */
  readonly id: string;
  readonly label: string;
  /** Asks for it. */
  readonly question: string;
  /** Sets it: `%` stands for the value. */
  readonly command: string;
}

export interface NumberSetting extends SettingBase {
  readonly kind: 'number';
  readonly unit: string;
  /** What the instrument can do at most; its user may draw the limits closer. */
  readonly min: number;
  readonly max: number;
}

/** The instrument's word, in its short form, and what people read; the unit of what is measured then. */
export interface PanelChoice {
  readonly word: string;
  readonly label: string;
  readonly unit?: string;
}

export interface ChoiceSetting extends SettingBase {
  readonly kind: 'choice';
  readonly choices: readonly PanelChoice[];
}

export type PanelSetting = NumberSetting | ChoiceSetting;

/** What is measured. */
export interface PanelReading {
  readonly id: string;
  readonly label: string;
  /** `undefined`: label and unit are those of the choice which the setting `function` has. */
  readonly unit: string | undefined;
  readonly question: string;
}

/** Switches an output; the answer of the question is 1 or ON, 0 or OFF. */
export interface PanelOutput {
  readonly question: string;
  readonly on: string;
  readonly off: string;
}

/** An output of a supply or generator, or the input of a meter. */
export interface PanelChannel {
  /** Such as `CH1`. */
  readonly id: string;
  readonly settings: readonly PanelSetting[];
  readonly readings: readonly PanelReading[];
  readonly output?: PanelOutput;
}

export type PanelKind = 'supply' | 'meter' | 'generator';

export interface PanelDialect {
  /** Stable, such as `rigol-dp800`. */
  readonly id: string;
  readonly label: string;
  readonly kind: PanelKind;
  /** Both are looked for in the identity, without regard to case. */
  readonly vendor: RegExp;
  readonly model: RegExp;
  readonly channels: readonly PanelChannel[];
  /** Said once after opening, such as the change to remote control. */
  readonly prepare: readonly string[];
}
