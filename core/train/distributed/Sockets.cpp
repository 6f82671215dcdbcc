// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/Sockets.h"

#include "core/base/Error.h"

#include <array>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace nextquill::train {

namespace {

constexpr const char* loopback = "127.0.0.1";

std::string atPort(const Launch& launch, const std::string& host)
{
    return host + ":" + std::to_string(launch.port);
}

[[noreturn]] void refuse(const std::string& problem, const std::string& where)
{
    throw Error{ErrorKind::DeviceLost, problem, where,
                "set MASTER_ADDR to the address of rank 0's host and MASTER_PORT to a free port"};
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses addressesOf(const std::string& host, const Launch& launch, int kind)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = kind;
    addrinfo* found = nullptr;
    const int failed =
        ::getaddrinfo(host.c_str(), std::to_string(launch.port).c_str(), &hints, &found);
    if (failed != 0) {
        refuse(std::string{"the host's address is unknown ("} + ::gai_strerror(failed) + ")", host);
    }
    return {found, &::freeaddrinfo};
}

/// Closed at the end, unless taken.
class Socket
{
public:
    Socket(const addrinfo& address, int kind)
        : m_descriptor{::socket(address.ai_family, kind | SOCK_CLOEXEC, 0)}
    {
    }
    ~Socket()
    {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] int take() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor;
};

std::string numeric(const sockaddr* address, socklen_t size)
{
    std::array<char, NI_MAXHOST> text{};
    const int failed =
        ::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    return failed == 0 ? text.data() : std::string{};
}

bool isLoopback(const std::string& address)
{
    return address.starts_with("127.") || address == "::1";
}

/// The local end of a way to `address`; nothing is sent.
std::string localEnd(const addrinfo& address)
{
    const Socket socket{address, SOCK_DGRAM};
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    auto* const generic = reinterpret_cast<sockaddr*>(&own);
    const bool known = ::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0 &&
                       ::getsockname(socket.get(), generic, &size) == 0;
    return known ? numeric(generic, size) : std::string{};
}

} // namespace

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this host";
}

std::string ownAddress(const Launch& launch)
{
    if (launch.isOneHost()) {
        return loopback;
    }
    if (isLoopback(launch.host) || launch.host == "localhost") {
        return loopback; // ranks started by hand, on one host after all
    }
    const Addresses found = addressesOf(launch.host, launch, SOCK_DGRAM);
    for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
        const std::string own = localEnd(*one);
        if (!own.empty() && !isLoopback(own)) {
            return own;
        }
    }
    // Some systems give their own name a loopback address, where other hosts find nobody.
    refuse("there is no way to the host that other hosts could answer", launch.host);
}

int listeningSocket(const Launch& launch)
{
    const std::string host = launch.isOneHost() ? loopback : launch.host;
    const Addresses found = addressesOf(host, launch, SOCK_STREAM);
    std::string problem;
    for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
        Socket socket{*one, SOCK_STREAM};
        const int on = 1;
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (::bind(socket.get(), one->ai_addr, one->ai_addrlen) == 0 &&
            ::listen(socket.get(), SOMAXCONN) == 0) {
            return socket.take();
        }
        problem = std::generic_category().message(errno);
    }
    refuse("rank 0 cannot listen (" + problem + ")", atPort(launch, host));
}

} // namespace nextquill::train
