// Services that run and end as one.

import ServiceLifecycle

struct Together: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            for service in services { tasks.addTask { try await service.run() } }
        }
    }
}
