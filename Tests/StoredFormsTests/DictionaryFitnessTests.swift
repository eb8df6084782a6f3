import ChangeFeed
import Testing

@testable import StoredForms

@Suite("Whether a dictionary is due")
struct DictionaryFitnessTests {
    private func packed(_ fitness: inout DictionaryFitness, records: Int, each packed: Int) {
        for _ in 0..<records { fitness.took(plain: 1_000, packed: packed) }
    }

    @Test("The first is due at once, and after each failure later")
    func first() {
        var fitness = DictionaryFitness()
        #expect(fitness.isDue)
        fitness.foundNone()
        #expect(!fitness.isDue)
        packed(&fitness, records: 2 * Limits.recordsJudged - 1, each: 500)
        #expect(!fitness.isDue)
        packed(&fitness, records: 1, each: 500)
        #expect(fitness.isDue)
        fitness.foundNone()
        packed(&fitness, records: 4 * Limits.recordsJudged - 1, each: 500)
        #expect(!fitness.isDue)
        packed(&fitness, records: 1, each: 500)
        #expect(fitness.isDue)
    }

    @Test("Another one is due where records have become clearly larger than was promised, and only of enough of them")
    func worse() {
        var fitness = DictionaryFitness(promised: 0.1)
        packed(&fitness, records: 3 * Limits.recordsJudged, each: 149)
        #expect(!fitness.isDue)
        fitness = DictionaryFitness(promised: 0.1)
        packed(&fitness, records: Limits.recordsJudged - 1, each: 160)
        #expect(!fitness.isDue)
        packed(&fitness, records: 1, each: 160)
        #expect(fitness.isDue)
    }

    @Test("A long time of serving well does not hide that it serves badly now")
    func window() {
        var fitness = DictionaryFitness(promised: 0.1)
        packed(&fitness, records: 50 * Limits.recordsJudged, each: 100)
        packed(&fitness, records: Limits.recordsJudged, each: 300)
        #expect(fitness.isDue)
    }

    @Test("Where none is better, it is looked again once it is worse than then")
    func none() {
        var fitness = DictionaryFitness(promised: 0.1)
        packed(&fitness, records: Limits.recordsJudged, each: 200)
        #expect(fitness.isDue)
        fitness.foundNone()
        packed(&fitness, records: 2 * Limits.recordsJudged, each: 200)
        #expect(!fitness.isDue)
        packed(&fitness, records: 2 * Limits.recordsJudged, each: 400)
        #expect(fitness.isDue)
    }

    @Test("A dictionary is taken where it packs a fifth better")
    func worthwhile() {
        #expect(DictionaryFitness.isWorthwhile(100, insteadOf: 121))
        #expect(!DictionaryFitness.isWorthwhile(100, insteadOf: 120))
    }
}
