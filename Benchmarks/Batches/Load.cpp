// SPDX-License-Identifier: Apache-2.0
// The fastest load client we can write, to find a server's ceiling: the bodies of all pushes are made before the clock starts,
// some connections push them, others lend results and acknowledge them, and nothing of the answers is read but what counts.
//
//   c++ -O2 -std=c++20 -pthread Load.cpp -o load
//   ./load PORT TENANT TOKEN PIPELINE RECORDS CHUNK CHUNKS-PER-PUSH PUSHERS PULLERS
//
// Prints {"seconds": …, "records": …, "pushes": …, "pulls": …, "busy": …}. The pipeline must be open, of a service that gives a
// record for a record, and is left open.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

[[noreturn]] void fail(std::string_view why) {
    std::fprintf(stderr, "error: %.*s\n", int(why.size()), why.data());
    std::exit(1);
}

/// One keep-alive connection; an answer is read whole before the next request is sent.
class Connection {
   public:
    explicit Connection(int port) : descriptor(socket(AF_INET, SOCK_STREAM, 0)), buffer(1 << 20) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int one = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) fail("no server");
    }
    ~Connection() { close(descriptor); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    /// Sends a request and gives the status; the answer's body is in `body` until the next call.
    int ask(std::string_view request) {
        while (!request.empty()) {
            ssize_t count = write(descriptor, request.data(), request.size());
            if (count <= 0) fail("the connection broke off");
            request.remove_prefix(size_t(count));
        }
        size_t filled = 0, head = 0, length = 0;
        while (true) {
            if (filled == buffer.size()) buffer.resize(buffer.size() * 2);
            ssize_t count = read(descriptor, buffer.data() + filled, buffer.size() - filled);
            if (count <= 0) fail("the server closed the connection");
            filled += size_t(count);
            if (head == 0) {
                std::string_view text(buffer.data(), filled);
                size_t end = text.find("\r\n\r\n");
                if (end == text.npos) continue;
                head = end + 4;
                length = contentLength(text.substr(0, end));
                if (head + length > buffer.size()) buffer.resize(head + length);
            }
            if (filled >= head + length) break;
        }
        body = std::string_view(buffer.data() + head, length);
        return std::atoi(buffer.data() + 9);
    }

    std::string_view body;

   private:
    static size_t contentLength(std::string_view head) {
        for (size_t at = 0; at < head.size(); at = head.find('\n', at) + 1) {
            if (strncasecmp(head.data() + at, "content-length:", 15) == 0) return size_t(std::atol(head.data() + at + 15));
            if (head.find('\n', at) == head.npos) break;
        }
        fail("an answer without a length");
    }

    int descriptor;
    std::vector<char> buffer;
};

struct Load {
    int port;
    std::string tenant, token, pipeline;
    long records, chunk, perPush;
    std::vector<std::string> pushes;
    std::atomic<size_t> next{0};
    std::atomic<long> done{0}, pulls{0}, busy{0};

    std::string request(const char *method, const std::string &path, std::string_view body) const {
        std::string text;
        text.reserve(body.size() + 300);
        text.append(method).append(" /").append(tenant).append("/api/v4/batch/").append(pipeline).append(path);
        text.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ").append(token);
        text.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
        return text.append("\r\n\r\n").append(body);
    }

    void prepare() {
        for (long first = 0; first < records;) {
            std::string body = R"({"chunks":[)";
            for (long n = 0; n < perPush && first < records; n++) {
                long end = std::min(records, first + chunk);
                if (n > 0) body += ',';
                body += R"({"id":")" + std::to_string(first / chunk + 1) + R"(","data":{"inputs":[)";
                for (long i = first; i < end; i++) {
                    if (i > first) body += ',';
                    body += R"({"value":)" + std::to_string(i) + '}';
                }
                body += R"(],"parameters":{}},"size":)" + std::to_string(end - first) + '}';
                first = end;
            }
            pushes.push_back(request("POST", "/chunks", body + "]}"));
        }
    }

    void push() {
        Connection connection(port);
        for (size_t mine; (mine = next++) < pushes.size();) {
            int status;
            while ((status = connection.ask(pushes[mine])) == 429) {
                busy++;
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
            if (status != 200) fail(connection.body);
        }
    }

    void pull() {
        Connection connection(port);
        const std::string pull = request("GET", "/chunkresults?max=100&wait=1&lease=60", "");
        while (done < records) {
            if (connection.ask(pull) != 200) fail(connection.body);
            pulls++;
            // One slot of process_time a record would need parsing; a chunk is as large as it was pushed.
            long count = 0;
            std::string_view body = connection.body;
            for (size_t at = 0; (at = body.find(R"({"id":")", at)) != body.npos; at += 7) {
                long id = std::atol(body.data() + at + 7);
                count += std::min(records, id * chunk) - (id - 1) * chunk;
            }
            if (count == 0) continue;
            size_t at = body.rfind(R"("lease":")");
            if (at == body.npos) at = body.find(R"("lease":")");
            if (at == body.npos) fail("an answer without a lease");
            std::string_view lease = body.substr(at + 9, body.find('"', at + 9) - at - 9);
            std::string ack = request("POST", "/ack", R"({"lease":")" + std::string(lease) + R"("})");
            if (connection.ask(ack) != 200) fail(connection.body);
            done += count;
        }
    }
};

}  // namespace

int main(int count, char **words) {
    if (count != 10) fail("usage: load PORT TENANT TOKEN PIPELINE RECORDS CHUNK CHUNKS-PER-PUSH PUSHERS PULLERS");
    Load load;
    load.port = std::atoi(words[1]);
    load.tenant = words[2];
    load.token = words[3];
    load.pipeline = words[4];
    load.records = std::atol(words[5]);
    load.chunk = std::atol(words[6]);
    load.perPush = std::atol(words[7]);
    load.prepare();
    auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < std::atoi(words[8]); i++) threads.emplace_back([&] { load.push(); });
    for (int i = 0; i < std::atoi(words[9]); i++) threads.emplace_back([&] { load.pull(); });
    for (auto &thread : threads) thread.join();
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("{\"seconds\": %.4f, \"records\": %ld, \"pushes\": %zu, \"pulls\": %ld, \"busy\": %ld}\n", seconds, load.done.load(),
                load.pushes.size(), load.pulls.load(), load.busy.load());
}
