// All examples, one after the other on one market. Programs of the last file offer computing there: nobody buys behind them.
// oxlint-disable import/no-unassigned-import -- each of them is a part of these tests
import './rayTracer.ts'
import './images.ts'
import './pricingAndWords.ts'
