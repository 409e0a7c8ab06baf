// The whole page over fakes, in a browser test.

import { page } from 'vitest/browser';
import type { LabApp } from '../../src/ui/shell/lab-app.ts';
import '../../src/ui/shell/lab-app.ts';
import { VIEWS } from '../../src/ui/shell/views.ts';
import { type FakeApp, fakeApp } from './fake-app.ts';
import type { FULL_PLATFORM } from './fake-ports.ts';

export interface MountedApp extends FakeApp {
  readonly element: LabApp;
}

/** Puts the application into the document; `unmount` takes it out. */
export async function mountApp(platform?: typeof FULL_PLATFORM): Promise<MountedApp> {
  await page.viewport(1280, 720);
  await Promise.all(VIEWS.map((view) => view.load()));
  const fake = fakeApp(platform);
  const element = document.createElement('lab-app');
  element.app = fake.app;
  document.body.append(element);
  await fake.app.begin();
  await settle();
  return { ...fake, element };
}

export function unmountApps(): void {
  for (const element of document.querySelectorAll('lab-app')) element.remove();
}

/** Waits until every element has rendered what it knows. */
export async function settle(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let i = 0; i < 3; i++) await frame();
  // the code of a view is loaded when it is shown first
  while (deepAll('main').some((main) => main.childElementCount === 0)) await frame();
  const animations = deepAll('*').flatMap((element) => element.getAnimations());
  await Promise.allSettled(animations.map((animation) => animation.finished));
}

/** Every element that matches, in this root and in all shadow roots below it, in document order. */
export function deepAll(selector: string, root: ParentNode = document): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    if (element.matches(selector)) found.push(element);
    if (element.shadowRoot) found.push(...deepAll(selector, element.shadowRoot));
  }
  return found;
}

/** The one visible control of this kind with this accessible name (a label or its text). */
export function control(selector: string, name: string): HTMLElement {
  const found = deepAll(selector).filter(
    (element) =>
      element.checkVisibility() &&
      (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().startsWith(name),
  );
  const [first] = found;
  if (!first) throw new Error(`no ${selector} called ${name}`);
  return first;
}

/** Where the focus is, through all shadow roots. */
export function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}
