// How many pixels an element has: its size changes, and a window moved to another screen has pixels of another size.

export interface PixelSize {
  /** Of the content, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Calls `onChange` first when the size is known and then whenever it or the size of a pixel is another. Returns what ends it. */
export function observePixels(element: Element, onChange: (size: PixelSize) => void): () => void {
  let size: PixelSize | undefined;
  const sizes = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    size = { width, height };
    onChange(size);
  });
  sizes.observe(element);
  let screen: MediaQueryList;
  const onScreen = (): void => {
    watch();
    if (size) onChange(size);
  };
  // a query holds for one ratio: after each change it is another
  const watch = (): void => {
    screen = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    screen.addEventListener('change', onScreen, { once: true });
  };
  watch();
  return () => {
    sizes.disconnect();
    screen.removeEventListener('change', onScreen);
  };
}
