import { css } from 'lit';

/** A list that may be long: its search field, and the box that it scrolls in. */
export const longListStyles = css`
  .search {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-block-end: 6px;
  }
  .search input {
    flex: 1;
    min-inline-size: 80px;
  }
  
  .box[data-long] {
    max-block-size: 45vh;
    overflow-y: auto;
    overflow-anchor: none;
    scrollbar-gutter: stable;
    scrollbar-width: thin;
    /* the scrollbar stands where the panel is empty anyway */
    margin-inline-end: calc(-1 * var(--lab-space-2));
  }
`;
