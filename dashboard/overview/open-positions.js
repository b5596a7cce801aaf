/** What the table and the list of open positions are both made of: their parts, what they are told, and what they ask for. */
import ConfirmStrip from '../parts/confirm-strip.vue';
import FateNote from '../parts/fate-note.vue';
import PriceFigure from '../parts/price-figure.vue';
import ProfitFigure from '../parts/profit-figure.vue';
import SparkLine from '../parts/spark-line.vue';
import { closeQuestion, holding } from '../shared/consequences.ts';
import { thinned } from '../shared/series.ts';
import { cents } from '../shared/words.ts';
import CloseButton from './close-button.vue';

const DRAWN_POINTS = 96;

export const openPositions = {
  components: { CloseButton, ConfirmStrip, FateNote, PriceFigure, ProfitFigure, SparkLine },
  props: { positions: { type: Array, required: true }, asking: { type: String, default: null } },
  emits: ['ask', 'keep', 'close'],
  methods: {
    cents,
    closeQuestion,
    held: holding,
    points: ({ path }) => thinned(path, DRAWN_POINTS).map(({ at, price }) => ({ atMs: Date.parse(at), value: price })),
  },
};
