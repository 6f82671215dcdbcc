// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HttpClient.h"

#include "core/base/Error.h"

#include <algorithm>
#include <curl/curl.h>
#include <exception>
#include <fmt/format.h>
#include <mutex>

namespace nextquill::hub {

namespace {

constexpr int mostRedirects = 10;
constexpr std::size_t headerBytes = std::size_t{256} << 10;
constexpr int pollMilliseconds = 50;

void startLibrary()
{
    static std::once_flag once;
    std::call_once(once, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
            throw Error{ErrorKind::Internal, "libcurl cannot be started", "the network",
                        "check its installation"};
        }
    });
}

struct FreeEasy
{
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

struct FreeMulti
{
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

struct FreeList
{
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One request to one server: what its callbacks need.
struct Exchange
{
    CURL* handle = nullptr;
    HttpReceiver* receiver = nullptr;
    HttpAnswer answer;
    std::size_t headerBytes = 0;
    bool begun = false;
    std::exception_ptr thrown; // no exception passes through C
};

std::string lowerCase(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

std::size_t takeHeader(char* bytes, std::size_t /*one*/, std::size_t count, void* to)
{
    auto& exchange = *static_cast<Exchange*>(to);
    exchange.headerBytes += count;
    if (exchange.headerBytes > headerBytes) {
        return 0; // a server that never comes to the body
    }
    std::string_view line{bytes, count};
    line = line.substr(0, line.find_last_not_of("\r\n") + 1);
    if (line.starts_with("HTTP/")) {
        exchange.answer.headers.clear(); // of an interim answer
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        std::string_view value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        exchange.answer.headers[lowerCase(line.substr(0, colon))] = std::string{value};
    }
    return count;
}

std::size_t takeBody(char* bytes, std::size_t /*one*/, std::size_t count, void* to)
{
    auto& exchange = *static_cast<Exchange*>(to);
    try {
        if (!exchange.begun) {
            exchange.begun = true;
            long status = 0;
            curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
            exchange.answer.status = static_cast<int>(status);
            if (exchange.answer.isDone()) {
                exchange.receiver->answered(exchange.answer);
            }
        }
        if (exchange.answer.isDone()) {
            exchange.receiver->take({bytes, count});
        }
        return count;
    } catch (...) {
        exchange.thrown = std::current_exception();
        return count == 0 ? 1 : 0;
    }
}

/// Whether another try could do better.
bool isPassing(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_AGAIN:
        return true;
    default:
        return false;
    }
}

std::string reasonOf(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "its name is not known here";
    case CURLE_COULDNT_CONNECT:
        return "it takes no connection";
    case CURLE_OPERATION_TIMEDOUT:
        return "nothing came for too long";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return "the connection broke off";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "its certificate is not trusted";
    default:
        return lowerCase(curl_easy_strerror(code));
    }
}

} // namespace

std::string HttpAnswer::header(const std::string& name) const
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
}

struct HttpClient::State
{
    HubSettings settings;
    std::optional<HttpUrl> endpoint;
    std::unique_ptr<CURLM, FreeMulti> multi;
    std::unique_ptr<CURL, FreeEasy> easy; // after multi: goes first

    void prepare(Exchange& exchange, const HttpUrl& url, curl_slist* headers) const;
    CURLcode perform(const StopToken& stop) const;
    HttpAnswer askOne(const HttpUrl& url, HttpReceiver& receiver, const StopToken& stop) const;
    [[nodiscard]] bool mayAsk(const HttpUrl& url) const;
};

HttpClient::HttpClient(const HubSettings& settings)
    : m_state{std::make_unique<State>()}
{
    startLibrary();
    m_state->settings = settings;
    m_state->endpoint = readUrl(settings.endpoint);
    m_state->multi.reset(curl_multi_init());
    m_state->easy.reset(curl_easy_init());
    if (!m_state->multi || !m_state->easy) {
        throw std::bad_alloc{};
    }
}

HttpClient::~HttpClient() = default;

bool HttpClient::State::mayAsk(const HttpUrl& url) const
{
    // A hub of the world must not lead to what listens on this machine.
    return url.scheme == "https" ||
           (endpoint && endpoint->scheme == "http" && endpoint->isLoopback() && url.isLoopback());
}

void HttpClient::State::prepare(Exchange& exchange, const HttpUrl& url, curl_slist* headers) const
{
    CURL* const handle = easy.get();
    const auto set = [handle](CURLoption option, auto value) {
        if (curl_easy_setopt(handle, option, value) != CURLE_OK) {
            throw Error{ErrorKind::Internal,
                        fmt::format("libcurl does not take option {}", static_cast<int>(option)),
                        "the network", "install the libcurl that this program was built with"};
        }
    };
    curl_easy_reset(handle); // open connections stay
    set(CURLOPT_URL, url.text.c_str());
    set(CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_USERAGENT, "nextquill/" NEXTQUILL_VERSION);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L); // a name server that does not answer is not waited for at a stop
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.patience.connect.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.patience.stall.count()));
    set(CURLOPT_HEADERFUNCTION, &takeHeader);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_WRITEFUNCTION, &takeBody);
    set(CURLOPT_WRITEDATA, &exchange);
    if (url.isLoopback()) {
        set(CURLOPT_NOPROXY, "*");
    }
    if (!settings.authorities.empty()) {
        set(CURLOPT_CAINFO, settings.authorities.c_str());
    }
    if (const std::uint64_t begin = exchange.receiver->begin(); begin > 0) {
        set(CURLOPT_RANGE, fmt::format("{}-", begin).c_str()); // libcurl copies it
    }
}

CURLcode HttpClient::State::perform(const StopToken& stop) const
{
    struct Attached
    {
        CURLM* multi;
        CURL* easy;
        ~Attached() { curl_multi_remove_handle(multi, easy); }
    };
    curl_multi_add_handle(multi.get(), easy.get());
    const Attached attached{multi.get(), easy.get()};
    while (true) {
        stopPoint(stop);
        int running = 0;
        if (curl_multi_perform(multi.get(), &running) != CURLM_OK) {
            return CURLE_FAILED_INIT;
        }
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
            if (message->msg == CURLMSG_DONE) {
                return message->data.result;
            }
        }
        curl_multi_poll(multi.get(), nullptr, 0, pollMilliseconds, nullptr);
    }
}

HttpAnswer HttpClient::State::askOne(const HttpUrl& url, HttpReceiver& receiver,
                                     const StopToken& stop) const
{
    Exchange exchange{.handle = easy.get(), .receiver = &receiver};
    std::unique_ptr<curl_slist, FreeList> headers;
    if (!settings.token.empty() && endpoint && url.hasOriginOf(*endpoint)) {
        headers.reset(
            curl_slist_append(nullptr, ("Authorization: Bearer " + settings.token).c_str()));
    }
    prepare(exchange, url, headers.get());
    const CURLcode code = perform(stop);
    if (exchange.thrown) {
        std::rethrow_exception(exchange.thrown);
    }
    HttpAnswer& answer = exchange.answer;
    long status = 0;
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &seconds);
    answer.status = static_cast<int>(status);
    answer.origin = url.origin();
    if (seconds > 0) {
        constexpr curl_off_t aYear = 366 * 24 * 3600; // more is no more, and would overflow
        answer.retryAfter = std::chrono::seconds{std::min(seconds, aYear)};
    }
    if (code != CURLE_OK) {
        answer.failure = reasonOf(code);
        answer.isPassing = isPassing(code);
    } else if (answer.isDone() && !exchange.begun) {
        receiver.answered(answer); // an empty body
    }
    return std::move(answer);
}

HttpAnswer HttpClient::get(const std::string& url, HttpReceiver& receiver, const StopToken& stop)
{
    std::optional<HttpUrl> next = readUrl(url);
    std::map<std::string, std::string> first;
    std::string origin;
    for (int hop = 0; next && m_state->mayAsk(*next) && hop <= mostRedirects; ++hop) {
        HttpAnswer answer = m_state->askOne(*next, receiver, stop);
        for (const auto& [name, value] : answer.headers) {
            if (hop == 0 && name.starts_with("x-")) {
                first.emplace(name, value);
            }
        }
        const bool leads = answer.failure.empty() && answer.status / 100 == 3 &&
                           !answer.header("location").empty();
        if (!leads) {
            for (const auto& [name, value] : first) {
                answer.headers[name] = value;
            }
            return answer;
        }
        origin = answer.origin;
        next = resolveUrl(*next, answer.header("location"));
    }
    return {.failure = "it leads to an address that is not asked", // not http(s), or in circles
            .isPassing = false,
            .origin = origin.empty() ? m_state->settings.endpoint : origin};
}

} // namespace nextquill::hub
