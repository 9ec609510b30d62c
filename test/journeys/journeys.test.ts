// All journeys, one behind the other on one network: the last one moves its clock.
// oxlint-disable import/no-unassigned-import -- each of them is a part of these tests
import './developerAndRequester.ts'
import './workerPoolDatasetAuditor.ts'
import './whenItGoesWrong.ts'
