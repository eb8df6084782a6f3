// Standard input, output and error as the process finds them.

import Foundation

package enum StandardDescriptors {
    /// Opens those that are closed on /dev/null. To be called before anything is opened: the system gives the lowest free
    /// number to the next file, and what is written for people would go into a connection or the state store.
    package static func reopenClosed() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 && errno == EBADF {
            _ = open("/dev/null", O_RDWR)
        }
    }
}
