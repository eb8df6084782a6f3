// When changes without a stamp are so many that nobody can have made them.

import ChangeFeed
import Testing

@Suite("Changes without a stamp")
struct UnstampedChangesTests {
    @Test(
        "More than 20 records and more than a twentieth of the resource, in the same path, are held",
        arguments: [(20, 20, false), (21, 419, true), (21, 420, false), (300, 300, true), (1_000, 20_000, false)])
    func threshold(records: Int, among: Int, isHeld: Bool) {
        let found = UnstampedChanges(recordsByPath: ["/A": records, "/B": 3], heldPaths: [], among: among)
        #expect(found.pathsToHold == (isHeld ? ["/A"] : []))
    }

    @Test(
        "Of a reading that did not end, more than 20 records are held, whatever part of the resource they are",
        arguments: [(20, 100, false), (21, 1_000_000, true)])
    func notWhole(records: Int, among: Int, isHeld: Bool) {
        let found = UnstampedChanges(
            recordsByPath: ["/A": records], heldPaths: [], among: among, isWhole: false)
        #expect(found.pathsToHold == (isHeld ? ["/A"] : []))
    }

    @Test("A path that is held stays held, however few follow")
    func staysHeld() {
        let found = UnstampedChanges(recordsByPath: ["/A": 1, "/B": 1], heldPaths: ["/A"], among: 300)
        #expect(found.pathsToHold == ["/A"])
    }

    @Test("What is held is said with its number, its fields, and what to do")
    func words() {
        let text = "\(HeldChanges(records: 30, among: 40, paths: ["/A", "/B", "/C", "/D", "/E"]))"
        for part in ["30 of 40", "/A, /B, /C and 2 more", "release --changes", "dismiss"] {
            #expect(text.contains(part))
        }
    }
}
