// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/HubServer.h"

#include "core/base/Digest.h"
#include "core/base/Json.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace nextquill::testing {

namespace {

std::string headerOf(const std::string& head, const std::string& name)
{
    const std::size_t begin = head.find("\r\n" + name + ": ");
    if (begin == std::string::npos) {
        return {};
    }
    const std::size_t value = begin + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
}

bool sendAll(int connection, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// "/OWNER/NAME/resolve/REVISION/FILE" or "/api/models/OWNER/NAME/…" in parts.
std::vector<std::string> partsOf(const std::string& path)
{
    std::vector<std::string> parts;
    std::size_t begin = 1;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        parts.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

} // namespace

std::string HubServer::checksumOf(const std::string& bytes, bool isLarge)
{
    Digest digest{isLarge ? DigestKind::Sha256 : DigestKind::Sha1};
    if (!isLarge) {
        const std::string head = "blob " + std::to_string(bytes.size());
        digest.add(head.c_str(), head.size() + 1);
    }
    digest.add(bytes);
    return digest.hex();
}

HubServer::HubServer()
{
    listen(m_hub, m_hubPort);
    listen(m_storage, m_storagePort);
    const std::scoped_lock lock{m_mutex};
    m_threads.emplace_back([this] { accept(m_hub, false); });
    m_threads.emplace_back([this] { accept(m_storage, true); });
}

HubServer::~HubServer()
{
    {
        const std::scoped_lock lock{m_mutex};
        m_ends = true;
        for (const int connection : m_connections) {
            ::shutdown(connection, SHUT_RDWR);
        }
        ::shutdown(m_hub, SHUT_RDWR);
        ::shutdown(m_storage, SHUT_RDWR);
    }
    m_changed.notify_all();
    while (true) { // outside the lock: those that end want it
        std::list<std::jthread> ending;
        const std::unique_lock lock{m_mutex};
        ending.swap(m_threads);
        if (ending.empty()) {
            break;
        }
        m_mutex.unlock();
        ending.clear();
        m_mutex.lock();
    }
    ::close(m_hub);
    ::close(m_storage);
}

std::string HubServer::endpoint() const
{
    return "http://127.0.0.1:" + m_hubPort;
}

std::string HubServer::storage() const
{
    return "http://127.0.0.1:" + m_storagePort;
}

void HubServer::add(const std::string& name, std::map<std::string, std::string> files,
                    const std::string& commit, std::size_t largeFrom)
{
    const std::scoped_lock lock{m_mutex};
    Model& model = m_models[name];
    model = {.commit = commit};
    for (auto& [path, bytes] : files) {
        const bool isLarge =
            bytes.size() >= largeFrom || path.ends_with(".safetensors") || path.ends_with(".gguf");
        std::string checksum = checksumOf(bytes, isLarge);
        model.files[path] = {
            .bytes = std::move(bytes), .isLarge = isLarge, .checksum = std::move(checksum)};
    }
}

void HubServer::setListing(const std::string& name, std::string json)
{
    const std::scoped_lock lock{m_mutex};
    m_models[name].listing = std::move(json);
}

void HubServer::fail(const std::string& part, const ServerFault& fault, int times)
{
    const std::scoped_lock lock{m_mutex};
    m_faults[part].insert(m_faults[part].end(), static_cast<std::size_t>(times), fault);
}

void HubServer::requireToken(std::string token)
{
    const std::scoped_lock lock{m_mutex};
    m_token = std::move(token);
}

void HubServer::release()
{
    const std::scoped_lock lock{m_mutex};
    m_released = true;
    m_changed.notify_all();
}

void HubServer::waitUntilHeld()
{
    std::unique_lock lock{m_mutex};
    m_changed.wait(lock, [this] { return m_held > 0; });
}

std::vector<ServerRequest> HubServer::requests() const
{
    const std::scoped_lock lock{m_mutex};
    return m_requests;
}

std::size_t HubServer::count(const std::string& part) const
{
    const std::scoped_lock lock{m_mutex};
    return static_cast<std::size_t>(
        std::ranges::count_if(m_requests, [&](const ServerRequest& request) {
            return request.path.find(part) != std::string::npos;
        }));
}

void HubServer::listen(int& socket, std::string& port)
{
    socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (socket < 0 || ::bind(socket, generic, size) != 0 || ::listen(socket, 16) != 0 ||
        ::getsockname(socket, generic, &size) != 0) {
        throw std::runtime_error{"no port for the test's hub"};
    }
    port = std::to_string(::ntohs(address.sin_port));
}

void HubServer::accept(int socket, bool isStorage)
{
    while (true) {
        const int connection = ::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC);
        const std::scoped_lock lock{m_mutex};
        if (m_ends || connection < 0) {
            if (connection >= 0) {
                ::close(connection);
            }
            return;
        }
        m_connections.push_back(connection);
        m_threads.emplace_back([this, connection, isStorage] { serve(connection, isStorage); });
    }
}

void HubServer::serve(int connection, bool isStorage)
{
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && ::recv(connection, &byte, 1, 0) == 1) {
        head += byte;
    }
    const std::size_t space = head.find(' ');
    if (space != std::string::npos) {
        const ServerRequest request{
            .method = head.substr(0, space),
            .path = head.substr(space + 1, head.find(' ', space + 1) - space - 1),
            .authorization = headerOf(head, "Authorization"),
            .range = headerOf(head, "Range"),
            .isStorage = isStorage};
        const ServerFault fault = nextFault(request.path).value_or(ServerFault{});
        Answer given;
        {
            const std::scoped_lock lock{m_mutex};
            m_requests.push_back(request);
            given = answer(request, fault);
        }
        send(connection, request, given, fault);
    }
    const std::scoped_lock lock{m_mutex};
    std::erase(m_connections, connection);
    ::close(connection);
}

std::optional<ServerFault> HubServer::nextFault(const std::string& path)
{
    const std::scoped_lock lock{m_mutex};
    for (auto& [part, faults] : m_faults) {
        if (path.find(part) != std::string::npos && !faults.empty()) {
            const ServerFault fault = faults.front();
            faults.pop_front();
            return fault;
        }
    }
    return std::nullopt;
}

HubServer::Answer HubServer::listing(const std::string& path) const
{
    const std::vector<std::string> parts = partsOf(path); // api models OWNER NAME …
    const auto found = parts.size() < 4 ? m_models.end() : m_models.find(parts[2] + "/" + parts[3]);
    if (found == m_models.end()) {
        return {.status = 404, .headers = "X-Error-Message: Repository not found\r\n"};
    }
    const Model& model = found->second;
    if (model.listing) {
        return {.body = *model.listing};
    }
    Json files = Json::array();
    for (const auto& [name, file] : model.files) {
        Json entry{{"rfilename", name}, {"size", file.bytes.size()}};
        if (file.isLarge) {
            entry["blobId"] = std::string(40, '0');
            entry["lfs"] = {{"sha256", file.checksum}, {"size", file.bytes.size()}};
        } else {
            entry["blobId"] = file.checksum;
        }
        files.push_back(std::move(entry));
    }
    return {.body = Json{{"sha", model.commit}, {"siblings", std::move(files)}}.dump()};
}

HubServer::Answer HubServer::file(const std::string& path) const
{
    const std::vector<std::string> parts = partsOf(path); // OWNER NAME resolve REVISION FILE…
    const auto model = parts.size() < 5 ? m_models.end() : m_models.find(parts[0] + "/" + parts[1]);
    if (model == m_models.end()) {
        return {.status = 404};
    }
    std::string name = parts[4];
    for (std::size_t i = 5; i < parts.size(); ++i) {
        name += "/" + parts[i];
    }
    const auto found = model->second.files.find(name);
    if (found == model->second.files.end()) {
        return {.status = 404, .headers = "X-Error-Code: EntryNotFound\r\n"};
    }
    const File& file = found->second;
    const std::string commit = "X-Repo-Commit: " + model->second.commit + "\r\n";
    if (!file.isLarge) {
        return {.headers = commit + "ETag: \"" + file.checksum + "\"\r\n", .body = file.bytes};
    }
    return {.status = 302,
            .headers = commit + "X-Linked-ETag: \"" + file.checksum +
                       "\"\r\nX-Linked-Size: " + std::to_string(file.bytes.size()) +
                       "\r\nLocation: " + storage() + path + "\r\n"};
}

HubServer::Answer HubServer::answer(const ServerRequest& request, const ServerFault& fault) const
{
    if (fault.status != 0 || !fault.redirect.empty()) {
        return {.status = fault.redirect.empty() ? fault.status : 302,
                .headers = fault.headers +
                           (fault.redirect.empty() ? "" : "Location: " + fault.redirect + "\r\n"),
                .body = fault.body.value_or("")};
    }
    if (!m_token.empty() && !request.isStorage && request.authorization != "Bearer " + m_token) {
        return {.status = 401,
                .headers = "X-Error-Code: GatedRepo\r\nX-Error-Message: Access is restricted\r\n"};
    }
    Answer answer = request.path.starts_with("/api/") ? listing(request.path) : file(request.path);
    if (request.isStorage && answer.status == 302) { // here the file itself lies
        const std::vector<std::string> parts = partsOf(request.path);
        std::string name = parts.at(4);
        for (std::size_t i = 5; i < parts.size(); ++i) {
            name += "/" + parts[i];
        }
        answer = {.body = m_models.at(parts.at(0) + "/" + parts.at(1)).files.at(name).bytes};
    }
    if (fault.body) {
        answer.body = *fault.body;
    }
    if (fault.flipsLastByte && !answer.body.empty()) {
        answer.body.back() = static_cast<char>(answer.body.back() ^ 1);
    }
    constexpr std::string_view unit = "bytes=";
    if (answer.status == 200 && request.range.starts_with(unit) && !fault.ignoresRange) {
        const std::size_t begin = std::stoull(request.range.substr(unit.size()));
        if (begin >= answer.body.size()) {
            return {.status = 416};
        }
        const std::size_t shown = fault.wrongRange ? begin + 1 : begin;
        answer.headers += "Content-Range: bytes " + std::to_string(shown) + "-" +
                          std::to_string(answer.body.size() - 1) + "/" +
                          std::to_string(answer.body.size()) + "\r\n";
        answer.body.erase(0, begin);
        answer.status = 206;
    }
    return answer;
}

void HubServer::send(int connection, const ServerRequest& request, const Answer& answer,
                     const ServerFault& fault)
{
    const std::size_t length = fault.saysLength.value_or(answer.body.size());
    const std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " -\r\n" +
                             answer.headers + "Content-Length: " + std::to_string(length) +
                             "\r\nConnection: close\r\n\r\n";
    if (!sendAll(connection, head) || request.method == "HEAD") {
        return;
    }
    const std::string_view body = answer.body;
    if (fault.holdAfter < body.size()) {
        sendAll(connection, body.substr(0, fault.holdAfter));
        std::unique_lock lock{m_mutex};
        ++m_held;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_released || m_ends; });
        lock.unlock();
        sendAll(connection, body.substr(fault.holdAfter));
        return;
    }
    sendAll(connection, body.substr(0, std::min(fault.dropAfter, body.size())));
}

} // namespace nextquill::testing
