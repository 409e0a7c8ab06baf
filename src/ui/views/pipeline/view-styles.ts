import { css } from 'lit';

export const viewStyles = css`
  lab-example-list {
    flex: 1;
    min-block-size: 0;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--lab-space-2);
    padding: 6px var(--lab-space-3);
    background: var(--lab-warn-ground);
  }
  .notice.failed {
    background: var(--lab-danger-ground);
  }
  .notice span {
    flex: 1;
    min-inline-size: 240px;
  }
  .columns {
    flex: 1;
    min-block-size: 0;
    display: flex;
  }
  .side {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
    max-inline-size: 60%;
    background: var(--lab-ground-1);
  }
  .side > :last-child {
    flex: 1;
    min-block-size: 0;
  }
  .centre {
    flex: 1;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }
  .graph {
    flex: 1;
    min-block-size: 100px;
  }
  .stale .graph {
    opacity: 0.6;
  }
  .figures {
    flex: none;
    max-block-size: calc(100% - 120px);
  }
  .wait {
    margin: auto;
  }
  @media (max-width: 900px) {
    :host {
      overflow: auto;
    }
    .columns {
      flex: none;
      flex-direction: column;
    }
    .has-run .centre {
      order: -1;
    }
    .columns > lab-splitter {
      display: none;
    }
    .side {
      block-size: 320px;
      inline-size: auto !important;
      max-inline-size: none;
      border-block-end: 1px solid var(--lab-line);
    }
    .graph {
      block-size: 260px;
      flex: none;
    }
    .figures {
      max-block-size: none;
    }
  }
`;
