import { css } from 'lit';

/** The picture, and what is known of the spectrum beside it. */
export const spectrumStyles = css`
  :host {
    display: flex;
    min-block-size: 0;
    background: var(--lab-ground-0);
  }
  .plot {
    flex: 1;
    min-inline-size: 0;
    display: grid;
  }
  aside {
    inline-size: 270px;
    overflow: auto;
    padding: var(--lab-space-3);
    background: var(--lab-ground-1);
    border-inline-start: 1px solid var(--lab-line);
    display: flex;
    flex-direction: column;
    gap: var(--lab-space-4);
  }
  section {
    display: grid;
    gap: var(--lab-space-2);
  }
  h2 {
    overflow-wrap: anywhere;
  }
  .modes {
    display: flex;
    gap: 2px;
  }
  .small-button {
    --lab-control-height: var(--lab-control-small);
    padding-inline: 6px;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 2px;
  }
  li {
    display: flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
  }
  .regions {
    grid-template-columns: repeat(auto-fill, minmax(110px, 1fr));
  }
  .swatch {
    inline-size: 12px;
    block-size: 3px;
    flex: none;
  }
  .name {
    flex: 1;
    min-inline-size: 0;
    justify-content: start;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  input[type='checkbox'] {
    inline-size: 16px;
    block-size: 16px;
    accent-color: var(--lab-accent);
  }
  .problem {
    color: var(--lab-danger);
    padding: var(--lab-space-3);
  }
  @media (max-width: 720px) {
    :host {
      flex-direction: column;
    }
    aside {
      inline-size: auto;
      max-block-size: 45%;
      border-inline-start: none;
      border-block-start: 1px solid var(--lab-line);
    }
  }
`;
