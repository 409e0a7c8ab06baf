// Icons: Lucide outlines, taken into the bundle one by one. Always decoration; the control carries the name.

import { css, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import activity from 'lucide-static/icons/activity.svg?raw';
import arrowDown from 'lucide-static/icons/arrow-down.svg?raw';
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw';
import arrowRight from 'lucide-static/icons/arrow-right.svg?raw';
import arrowUp from 'lucide-static/icons/arrow-up.svg?raw';
import chartColumn from 'lucide-static/icons/chart-column.svg?raw';
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw';
import circleCheck from 'lucide-static/icons/circle-check.svg?raw';
import gauge from 'lucide-static/icons/circle-gauge.svg?raw';
import circleHelp from 'lucide-static/icons/circle-question-mark.svg?raw';
import circleStop from 'lucide-static/icons/circle-stop.svg?raw';
import circleX from 'lucide-static/icons/circle-x.svg?raw';
import clipboardPaste from 'lucide-static/icons/clipboard-paste.svg?raw';
import command from 'lucide-static/icons/command.svg?raw';
import copy from 'lucide-static/icons/copy.svg?raw';
import cpu from 'lucide-static/icons/cpu.svg?raw';
import download from 'lucide-static/icons/download.svg?raw';
import fileChart from 'lucide-static/icons/file-chart-line.svg?raw';
import flag from 'lucide-static/icons/flag.svg?raw';
import folder from 'lucide-static/icons/folder.svg?raw';
import folderOpen from 'lucide-static/icons/folder-open.svg?raw';
import info from 'lucide-static/icons/info.svg?raw';
import maximize from 'lucide-static/icons/maximize-2.svg?raw';
import minimize from 'lucide-static/icons/minimize-2.svg?raw';
import octagonX from 'lucide-static/icons/octagon-x.svg?raw';
import panelRight from 'lucide-static/icons/panel-right.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import plug from 'lucide-static/icons/plug.svg?raw';
import power from 'lucide-static/icons/power.svg?raw';
import rotateCcw from 'lucide-static/icons/rotate-ccw.svg?raw';
import ruler from 'lucide-static/icons/ruler.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import settings from 'lucide-static/icons/settings.svg?raw';
import share from 'lucide-static/icons/share-2.svg?raw';
import square from 'lucide-static/icons/square.svg?raw';
import squareActivity from 'lucide-static/icons/square-activity.svg?raw';
import trash from 'lucide-static/icons/trash-2.svg?raw';
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw';
import unfoldVertical from 'lucide-static/icons/unfold-vertical.svg?raw';
import unplug from 'lucide-static/icons/unplug.svg?raw';
import usb from 'lucide-static/icons/usb.svg?raw';
import workflow from 'lucide-static/icons/workflow.svg?raw';
import wrench from 'lucide-static/icons/wrench.svg?raw';
import x from 'lucide-static/icons/x.svg?raw';
import zoomIn from 'lucide-static/icons/zoom-in.svg?raw';
import zoomOut from 'lucide-static/icons/zoom-out.svg?raw';

const ICONS = {
  activity,
  'arrow-down': arrowDown,
  'arrow-left': arrowLeft,
  'arrow-right': arrowRight,
  'arrow-up': arrowUp,
  'chart-column': chartColumn,
  'chevron-down': chevronDown,
  'circle-check': circleCheck,
  'circle-help': circleHelp,
  'circle-x': circleX,
  command,
  copy,
  cpu,
  download,
  'file-chart': fileChart,
  folder,
  'folder-open': folderOpen,
  gauge,
  info,
  kill: octagonX,
  maximize,
  minimize,
  'panel-right': panelRight,
  paste: clipboardPaste,
  pause,
  pencil,
  play,
  plug,
  power,
  reset: rotateCcw,
  search,
  settings,
  share,
  square,
  'square-activity': squareActivity,
  stop: circleStop,
  trash,
  'triangle-alert': triangleAlert,
  unplug,
  usb,
  workflow,
  wrench,
  x,
  'fit-values': unfoldVertical,
  marker: flag,
  'marker-pair': ruler,
  'zoom-in': zoomIn,
  'zoom-out': zoomOut,
} as const;

export type IconName = keyof typeof ICONS;

/** `<lab-icon name="play">`, 16 px unless `font-size` says otherwise (1.25 em). */
@customElement('lab-icon')
export class LabIcon extends LitElement {
  static override readonly styles = css`
    :host {
      display: inline-flex;
      flex: none;
      inline-size: 1.25em;
      block-size: 1.25em;
    }
    svg {
      inline-size: 100%;
      block-size: 100%;
      stroke-width: 1.75;
    }
  `;

  @property() name: IconName = 'info';

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
  }

  override render(): DocumentFragment {
    const template = document.createElement('template');
    template.innerHTML = ICONS[this.name];
    return template.content;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-icon': LabIcon;
  }
}
