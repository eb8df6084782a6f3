// The limits of the process: its log, its descriptors, its end, each with its reason.

extension Limits {
    /// Log lines that wait for whoever reads them: some minutes of a busy daemon.
    package static let logBytesWaiting = 1024 * 1024

    /// Lines that are written together: a pipe takes so many bytes (PIPE_BUF) as they are, between those of other writers.
    package static let logBytesWrittenAtOnce = 4096

    /// At the end: how long the log lines that wait may take.
    package static let logMayFinish: Duration = .seconds(2)

    /// Files and sockets that the process asks the system for; ten times what a hundred endpoints need.
    package static let descriptors = 16_384

    /// What a daemon has open that does nothing: the store, timers, event loops, signals; measured 40.
    package static let descriptorsAtRest = 64

    /// How long after the daemon is ready it still does what only a start needs: first requests, handshakes and polls.
    package static let startIsOver: Duration = .seconds(20)

    /// Connections to the admin server at once: monitoring needs two or three.
    package static let adminConnections = 32
    package static let fewestAdminConnections = 2

    /// How long a client of the admin server may take to send its request, and again to take its answer.
    package static let adminPatience: Duration = .seconds(10)

    /// How long an answer of the admin server waits for the state store. Monitoring gives up after 10 s, and is told
    /// what was seen last before that.
    package static let metricsMayWait: Duration = .seconds(3)

    /// After a stop was asked for: how long requests in flight may take to come back, and their pages to be committed.
    package static let pollingMayFinish: Duration = .seconds(5)

    /// After a stop was asked for: when whatever is still in flight is given up. An attempt may take its whole timeout.
    package static let stopping: Duration = .seconds(25)
    /// Things that the admin server has asked of the store and waits for: as many as may be connected, twice.
    package static let adminQuestionsWaiting = 64
    /// A state of the store that was read longer ago says nothing of what goes on.
    package static let statusIsOld: Duration = .seconds(60)
}
