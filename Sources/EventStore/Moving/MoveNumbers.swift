// The numbers of an account's rows in a store whose accounts share them.

import ChangeFeed

/// What is added to the numbers of an account's resources, endpoints, deliveries and requests, so that no other account of
/// the store has the same. Events are numbered by each account for itself everywhere.
struct MoveNumbers: Equatable {
    var resources: Int64 = 0
    var endpoints: Int64 = 0
    var deliveries: Int64 = 0
    var requests: Int64 = 0

    /// Behind all rows of an account that comes before.
    func behind(_ account: any StoreReading) throws -> MoveNumbers {
        MoveNumbers(
            resources: resources + (try account.lastNumber(of: .resources)),
            endpoints: endpoints + (try account.lastNumber(of: .endpoints)),
            deliveries: deliveries + (try account.lastNumber(of: .deliveries)),
            requests: requests + (try account.lastNumber(of: .requests)))
    }

    func moved(_ resource: MovedResource) -> MovedResource {
        var moved = resource
        moved.id += resources
        return moved
    }

    func moved(_ delivery: DeliveryWrite) -> DeliveryWrite {
        DeliveryWrite(
            id: delivery.id + deliveries, endpoint: delivery.endpoint + endpoints,
            eventSequence: delivery.eventSequence, type: delivery.type, number: delivery.number,
            key: delivery.key.map { DeliveryOrder.key($0, ofResourceBehind: resources) },
            replaySpacing: delivery.replaySpacing, state: delivery.state, dueAt: delivery.dueAt)
    }

    func moved(_ request: OperatorRequest) -> OperatorRequest {
        OperatorRequest(
            id: request.id + requests, request.verb, resource: request.resource.map { $0 + resources },
            endpoint: request.endpoint.map { $0 + endpoints }, wish: moved(request.wish))
    }

    private func moved(_ wish: OperatorRequest.Wish) -> OperatorRequest.Wish {
        switch wish {
        case .delivery(let id): .delivery(id + deliveries)
        case .letters(let letters):
            .letters(
                DeadLetters(
                    through: letters.through + deliveries, diedBy: letters.diedBy,
                    givenUpThrough: letters.givenUpThrough.map { $0 + deliveries }))
        case .nothingElse, .held, .replay, .unreadable: wish
        }
    }
}
