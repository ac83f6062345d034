// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace cartload {

class Loop;

/// The memory for request bodies of all connections. Who gets none waits in turn and reads nothing meanwhile.
///
/// A part as large as the largest body is kept for one connection at a time, the pass holder: so one of those that wait
/// with half a body can always go on to its end, and they never block each other.
class BodyBudget {
  public:
    struct Waiter {
        Loop *loop;
        uint64_t id;
        uint64_t amount;
    };
    /// A waiter whose turn has come; whether it got the pass instead of the amount.
    using Grant = std::pair<Waiter, bool>;
    enum class Answer { granted, pass, wait };

    BodyBudget(uint64_t total, uint64_t largestBody) : shared(total - std::min(total, largestBody)) {}

    Answer take(Loop *loop, uint64_t id, uint64_t amount) {
        std::lock_guard lock(mutex);
        if (waiting.empty()) {
            if (amount <= shared - used) {
                used += amount;
                return Answer::granted;
            }
            if (holder == 0) {
                holder = id;
                return Answer::pass;
            }
        }
        waiting.push_back({loop, id, amount});
        return Answer::wait;
    }

    /// Gives back an amount and the pass, and leaves the queue; says whose turn it is.
    std::vector<Grant> give(uint64_t id, uint64_t amount, bool isWaiting) {
        std::lock_guard lock(mutex);
        used -= amount;
        if (holder == id) holder = 0;
        if (isWaiting)
            waiting.erase(
                std::remove_if(waiting.begin(), waiting.end(), [id](const Waiter &one) { return one.id == id; }),
                waiting.end());
        std::vector<Grant> grants;
        while (!waiting.empty()) {
            const Waiter &first = waiting.front();
            if (first.amount <= shared - used) {
                used += first.amount;
                grants.push_back({first, false});
            } else if (holder == 0) {
                holder = first.id;
                grants.push_back({first, true});
            } else {
                break;
            }
            waiting.pop_front();
        }
        return grants;
    }

  private:
    std::mutex mutex;
    const uint64_t shared;
    uint64_t used = 0;
    uint64_t holder = 0;
    std::deque<Waiter> waiting;
};

}  // namespace cartload
