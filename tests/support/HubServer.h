// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nextquill::testing {

/// One answer that is not as it should be.
struct ServerFault
{
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

    int status = 0;                  ///< instead of the file's
    std::string headers;             ///< further ones, each with its line's end
    std::optional<std::string> body; ///< instead of the file's
    std::size_t dropAfter = never;   ///< the connection ends after so many bytes of the body
    std::size_t holdAfter = never;   ///< nothing more is sent until release()
    bool ignoresRange = false;       ///< all is sent, with status 200
    bool wrongRange = false;         ///< a part that begins elsewhere
    bool flipsLastByte = false;
    std::optional<std::size_t> saysLength; ///< a Content-Length that is not true
    std::string redirect;                  ///< leads there
};

/// What was asked.
struct ServerRequest
{
    std::string method;
    std::string path;
    std::string authorization;
    std::string range;
    bool isStorage = false; ///< came to the second address, where large files lie
};

/// A hub on this machine: models' lists of files, small files, and large ones by a redirect to
/// another port, as the real one does. Faults are answered in the order they were given, then all
/// is well.
///
/// Threads  one per connection; its own functions from any
class HubServer
{
public:
    HubServer();
    ~HubServer();
    HubServer(const HubServer&) = delete;
    HubServer& operator=(const HubServer&) = delete;

    [[nodiscard]] std::string endpoint() const; ///< "http://127.0.0.1:PORT"
    [[nodiscard]] std::string storage() const;

    /// A model; files of at least `largeFrom` bytes and weights are large ones.
    void add(const std::string& name, std::map<std::string, std::string> files,
             const std::string& commit = std::string(40, 'a'), std::size_t largeFrom = 4096);
    /// The list of a model's files instead of the true one.
    void setListing(const std::string& name, std::string json);
    /// For requests whose path holds `part`; large files are asked for at the storage.
    void fail(const std::string& part, const ServerFault& fault, int times = 1);
    /// Only those with this token get a model.
    void requireToken(std::string token);
    /// Sends on what was held.
    void release();

    [[nodiscard]] std::vector<ServerRequest> requests() const;
    [[nodiscard]] std::size_t count(const std::string& part) const; ///< of requests
    /// Waits until a fault holds back a body.
    void waitUntilHeld();

    [[nodiscard]] static std::string checksumOf(const std::string& bytes, bool isLarge);

private:
    struct File
    {
        std::string bytes;
        bool isLarge = false;
        std::string checksum;
    };
    struct Model
    {
        std::string commit;
        std::map<std::string, File> files;
        std::optional<std::string> listing;
    };
    struct Answer
    {
        int status = 200;
        std::string headers;
        std::string body;
        std::size_t begin = 0; ///< of the body's first byte in the file
    };

    void listen(int& socket, std::string& port);
    void accept(int socket, bool isStorage);
    void serve(int connection, bool isStorage);
    [[nodiscard]] Answer answer(const ServerRequest& request, const ServerFault& fault) const;
    [[nodiscard]] Answer listing(const std::string& path) const;
    [[nodiscard]] Answer file(const std::string& path) const;
    [[nodiscard]] std::optional<ServerFault> nextFault(const std::string& path);
    void send(int connection, const ServerRequest& request, const Answer& answer,
              const ServerFault& fault);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<std::string, Model> m_models;
    std::map<std::string, std::deque<ServerFault>> m_faults;
    std::vector<ServerRequest> m_requests;
    std::string m_token;
    bool m_released = false;
    bool m_ends = false;
    int m_held = 0;
    std::vector<int> m_connections;
    int m_hub = -1;
    int m_storage = -1;
    std::string m_hubPort;
    std::string m_storagePort;
    std::list<std::jthread> m_threads; ///< last: joined first
};

} // namespace nextquill::testing
