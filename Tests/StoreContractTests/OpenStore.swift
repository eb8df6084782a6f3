// The staged store of these tests.

import StagedStores

typealias OpenStore = StagedStore<EngineUnderTest>
