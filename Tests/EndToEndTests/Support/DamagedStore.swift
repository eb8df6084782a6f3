// A store file that a disk has damaged.

import StartedPrograms
import Testing

enum DamagedStore {
    /// Turns each page that holds contents of known records into noise, and no other.
    static func damageKnownRecords(in path: String) async throws {
        let script = #"""
            import sqlite3, sys
            path = sys.argv[1]
            store = sqlite3.connect(path)
            size = store.execute("PRAGMA page_size").fetchone()[0]
            root = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'known_record'").fetchone()[0]
            store.close()
            data = bytearray(open(path, "rb").read())
            number = lambda at, bytes: int.from_bytes(data[at:at + bytes], "big")
            def leaves(page):
                start = (page - 1) * size
                if data[start] == 13:
                    return [start]
                cells = [start + number(start + 12 + 2 * cell, 2) for cell in range(number(start + 3, 2))]
                return sum([leaves(number(cell, 4)) for cell in cells], leaves(number(start + 8, 4)))
            for leaf in leaves(root):
                data[leaf:leaf + 8] = b"\xa5" * 8
            open(path, "wb").write(data)
            """#
        let program = try RunningProgram("/usr/bin/env", ["python3", "-c", script, path])
        #expect(await program.exitStatus == 0)
    }

    /// Has a known record of the account be in a state that nothing of ours writes, while a daemon may run.
    static func misplaceRecord(of account: String, in path: String) async throws {
        let script = #"""
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1], timeout=60)
            changed = store.execute("""
                UPDATE known_record SET presence = 99 WHERE rowid = (
                    SELECT min(known_record.rowid) FROM known_record
                    JOIN resource ON resource.id = resource_id JOIN account ON account.id = account_id
                    WHERE account.name = ?)
                """, [sys.argv[2]]).rowcount
            store.commit()
            sys.exit(changed != 1)
            """#
        let program = try RunningProgram("/usr/bin/env", ["python3", "-c", script, path, account])
        #expect(await program.exitStatus == 0)
    }
}
