// The page of the grid: each behaviour begins here.
import { grid } from "./grid-cells.js";
import { start as startBlocks } from "./grid-blocks.js";
import { start as startDefinitions } from "./grid-definitions.js";
import { start as startKeys } from "./grid-keys.js";
import { start as startLive } from "./grid-live.js";
import { start as startPanel } from "./grid-panel.js";

// A cell opened by its link is edited beside an empty table, too.
startPanel();
if (grid) {
  startKeys();
  startBlocks();
  startDefinitions(grid);
  startLive();
}
