// SPDX-License-Identifier: GPL-3.0-or-later
//
// All that this program has of c10d. Nothing of it is a stable interface of LibTorch.
#include "core/train/distributed/C10dGroup_torch.h"

#include "core/base/Digest.h"
#include "core/base/Json.h"
#include "core/train/distributed/Collectives_torch.h"
#include "core/train/distributed/Sockets.h"

#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/torch.h>
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>) // a LibTorch for CUDA, and NCCL's package
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

namespace nextquill::train {

namespace {

using c10::intrusive_ptr;
using std::chrono::milliseconds;
using torch::Tensor;

/// A rank that is alive and never comes: an error of this program. Whoever is lost is found sooner.
constexpr std::chrono::minutes longestCollective{30};
constexpr milliseconds betweenChecks{200};
constexpr milliseconds storePatience{20'000};

std::vector<std::uint8_t> bytesOf(const std::string& text)
{
    return {text.begin(), text.end()};
}

std::string textOf(const std::vector<std::uint8_t>& bytes)
{
    return {bytes.begin(), bytes.end()};
}

std::string firstLine(const std::string& text)
{
    return text.substr(0, text.find('\n'));
}

class C10dKeys final : public KeyStore
{
public:
    explicit C10dKeys(intrusive_ptr<c10d::Store> store)
        : m_store{std::move(store)}
    {
    }
    void set(const std::string& key, const std::string& value) override
    {
        m_store->set(key, bytesOf(value));
    }
    std::optional<std::string> find(const std::string& key) override
    {
        return m_store->check({key}) ? std::optional{textOf(m_store->get(key))} : std::nullopt;
    }
    std::string setOnce(const std::string& key, const std::string& value) override
    {
        return textOf(m_store->compareSet(key, {}, bytesOf(value)));
    }

private:
    intrusive_ptr<c10d::Store> m_store;
};

/// What a rank says of itself when it comes.
OrderedJson ownCard(const Launch& launch, const std::string& card)
{
    return {{"secret", sha256("nextquill " + launch.job + " " + launch.secret)},
            {"card", card},
            {"ranks", launch.ranks},
            {"place", "process " + std::to_string(::getpid()) + " on " + hostName()}};
}

std::string cardKey(int rank)
{
    return "card/" + std::to_string(rank);
}

std::string readKey(int rank)
{
    return "read/" + std::to_string(rank);
}

/// What stands under a key, once it is there.
std::optional<std::string> awaited(KeyStore& keys, const std::string& key,
                                   std::chrono::steady_clock::time_point end)
{
    auto value = keys.find(key);
    while (!value && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(milliseconds{20});
        value = keys.find(key);
    }
    return value;
}

/// The rank that keeps the store lets the others see why none of them goes on.
void letOthersRead(KeyStore& keys, const Launch& launch, milliseconds patience)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    for (int rank = 0; rank < launch.ranks; ++rank) {
        static_cast<void>(awaited(keys, readKey(rank), end));
    }
}

/// All ranks' cards, once all are there.
std::vector<Json> exchangeCards(KeyStore& keys, const Launch& launch, const OrderedJson& own,
                                milliseconds patience)
{
    keys.set(cardKey(launch.rank), toLine(own));
    const auto end = std::chrono::steady_clock::now() + patience;
    std::vector<Json> cards;
    std::string missing;
    for (int rank = 0; rank < launch.ranks; ++rank) {
        const auto card = awaited(keys, cardKey(rank), end);
        if (!card) {
            missing += (missing.empty() ? "" : ", ") + std::to_string(rank);
        }
        cards.push_back(Json::parse(card.value_or("{}"), nullptr, /*allow_exceptions=*/false));
    }
    keys.set(readKey(launch.rank), "");
    if (!missing.empty()) {
        throw Error{ErrorKind::BadInput,
                    "of " + std::to_string(launch.ranks) +
                        " ranks these did not come in time: " + missing,
                    launch.host + ":" + std::to_string(launch.port),
                    "start all of them, with the same MASTER_ADDR and MASTER_PORT"};
    }
    return cards;
}

void requireEqual(const std::vector<Json>& cards, const OrderedJson& own)
{
    const auto refuse = [](std::size_t rank, const char* what, const char* remedy) {
        throw Error{ErrorKind::BadInput, "rank " + std::to_string(rank) + " " + what,
                    "distributed training", remedy};
    };
    for (std::size_t rank = 0; rank < cards.size(); ++rank) {
        const Json& card = cards[rank];
        if (!card.is_object() || card.value("secret", "") != own.at("secret")) {
            refuse(rank, "has another NEXTQUILL_JOB_SECRET or belongs to another job",
                   "give all ranks of a job the same one, and jobs ports of their own");
        }
        if (card.value("ranks", 0) != own.at("ranks")) {
            refuse(rank, "was started for another number of ranks", "start all anew");
        }
        if (card.value("card", "") != own.at("card")) {
            refuse(rank, "has another program, command line or settings",
                   "start the same program with the same arguments everywhere");
        }
    }
}

std::vector<std::string> namesOf(const std::vector<Json>& cards)
{
    std::vector<std::string> names;
    for (const Json& card : cards) {
        names.push_back("rank " + std::to_string(names.size()) + " (" + card.value("place", "?") +
                        ")");
    }
    return names;
}

intrusive_ptr<c10d::ProcessGroupGloo> glooOver(const intrusive_ptr<c10d::Store>& store,
                                               const Launch& launch)
{
    const auto options = c10d::ProcessGroupGloo::Options::create(longestCollective);
    options->devices.push_back(
        launch.interface.empty()
            ? c10d::ProcessGroupGloo::createDeviceForHostname(ownAddress(launch))
            : c10d::ProcessGroupGloo::createDeviceForInterface(launch.interface));
    return c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo", store), launch.rank, launch.ranks, options);
}

/// None where LibTorch has no NCCL or the machine no GPU: then CUDA tensors go by way of the host.
intrusive_ptr<c10d::Backend> ncclOver([[maybe_unused]] const intrusive_ptr<c10d::Store>& store,
                                      [[maybe_unused]] const Launch& launch)
{
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
    if (torch::cuda::is_available()) {
        return c10::make_intrusive<c10d::ProcessGroupNCCL>(
            c10::make_intrusive<c10d::PrefixStore>("nccl", store), launch.rank, launch.ranks);
    }
#endif
    return {};
}

class C10dGroup final : public ProcessGroup, private Collectives
{
public:
    C10dGroup(const intrusive_ptr<c10d::Store>& store, const Launch& launch,
              std::vector<std::string> names, int keeper, const JoinTiming& timing)
        : m_launch{launch}
        , m_watch{std::make_unique<C10dKeys>(store->clone()), launch.rank, std::move(names), keeper,
                  timing.watch}
        , m_gloo{glooOver(store, launch)}
        , m_nccl{ncclOver(store, launch)}
    {
    }

    ~C10dGroup() override
    {
        m_watch.leave();
        if (m_isBroken) {
            // Its threads still wait for the lost rank, and its destructor for them: the process
            // ends now, and they with it.
            static_cast<void>(m_gloo.release());
            static_cast<void>(m_nccl.release());
        }
    }
    C10dGroup(const C10dGroup&) = delete;
    C10dGroup& operator=(const C10dGroup&) = delete;

    [[nodiscard]] const Launch& launch() const override { return m_launch; }

    [[nodiscard]] std::vector<double> sum(std::vector<double> mine) override
    {
        const Tensor values =
            torch::from_blob(mine.data(), {static_cast<std::int64_t>(mine.size())}, torch::kDouble)
                .clone(); // that of a lost rank's sum outlives this call
        std::vector<Tensor> list{values};
        complete(m_gloo->allreduce(list));
        const double* first = values.const_data_ptr<double>();
        return {first, first + values.numel()};
    }

    [[nodiscard]] std::string fromLead(const std::string& text) override
    {
        const double own = leads() ? static_cast<double>(text.size()) : 0.0;
        const auto length = static_cast<std::int64_t>(sum({own}).front());
        Tensor bytes = torch::zeros({length}, torch::kUInt8);
        if (leads()) {
            std::copy(text.begin(), text.end(), bytes.data_ptr<std::uint8_t>());
        }
        if (length > 0) {
            broadcast(bytes);
        }
        const std::uint8_t* first = bytes.const_data_ptr<std::uint8_t>();
        return {first, first + length};
    }

    void failed(const std::string& why) noexcept override
    {
        m_isBroken = true; // the others are in the middle of something, and stay there
        m_watch.note(why);
    }

    [[nodiscard]] Collectives& tensors() override { return *this; }

private:
    void allReduce(Tensor& tensor) override
    {
        run(tensor, [&](c10d::Backend& backend, Tensor& sent) {
            std::vector<Tensor> list{sent};
            return backend.allreduce(list);
        });
    }

    void broadcast(Tensor& tensor) override
    {
        run(tensor, [&](c10d::Backend& backend, Tensor& sent) {
            std::vector<Tensor> list{sent};
            return backend.broadcast(list);
        });
    }

    void reduceScatter(Tensor& part, Tensor& whole) override
    {
        if (!sendsThroughGloo(whole)) {
            Tensor input = whole.view({-1});
            run(part, input, [](c10d::Backend& backend, Tensor& output, Tensor& sent) {
                return backend._reduce_scatter_base(output, sent);
            });
            return;
        }
        // Gloo's own is a sum of everything on every rank: twice as much to send, and it cannot be
        // watched. Each rank adds what it gets, in the order of ranks.
        Tensor received = torch::empty_like(whole);
        run(received, whole, [](c10d::Backend& backend, Tensor& output, Tensor& sent) {
            std::vector<std::int64_t> equal;
            return backend.alltoall_base(output, sent, equal, equal);
        });
        torch::sum_out(part, received, 0);
    }

    void allGather(Tensor& whole, Tensor& part) override
    {
        Tensor output = whole.view({-1});
        run(output, part, [](c10d::Backend& backend, Tensor& received, Tensor& sent) {
            return backend._allgather_base(received, sent);
        });
    }

    void gather(Tensor& whole, Tensor& part) override
    {
        // All ranks get it, rank 0 keeps it: Gloo's own gather has no form for one tensor, and
        // calls are for chunks.
        if (leads()) {
            allGather(whole, part);
        } else {
            Tensor unused = torch::empty({size(), part.numel()}, part.options());
            allGather(unused, part);
        }
    }

    [[nodiscard]] bool sendsThroughGloo(const Tensor& tensor) const
    {
        return !tensor.is_cuda() || !m_nccl;
    }

    [[nodiscard]] c10d::Backend& backendFor(const Tensor& tensor)
    {
        return sendsThroughGloo(tensor) ? *m_gloo : *m_nccl;
    }

    /// One tensor, in place. What Gloo cannot send is sent from a copy on the host.
    template<typename Send>
    void run(Tensor& tensor, Send send)
    {
        if (!tensor.is_cpu() && sendsThroughGloo(tensor)) {
            Tensor copy = tensor.cpu();
            complete(send(*m_gloo, copy));
            tensor.copy_(copy);
            return;
        }
        complete(send(backendFor(tensor), tensor));
    }

    template<typename Send>
    void run(Tensor& output, Tensor& input, Send send)
    {
        if (!input.is_cpu() && sendsThroughGloo(input)) {
            Tensor sent = input.cpu();
            Tensor received = torch::empty(output.sizes(), sent.options());
            complete(send(*m_gloo, received, sent));
            output.copy_(received);
            return;
        }
        complete(send(backendFor(input), output, input));
    }

    /// Waits for a collective's end, or throws as soon as it is known that it will not come.
    void complete(const intrusive_ptr<c10d::Work>& work)
    {
        struct Ending
        {
            std::mutex mutex;
            std::condition_variable changed;
            bool reached = false;
        };
        const auto ending = std::make_shared<Ending>();
        work->getFuture()->addCallback([ending](c10::ivalue::Future& /*future*/) {
            const std::scoped_lock lock{ending->mutex};
            ending->reached = true;
            ending->changed.notify_all();
        });
        const auto begin = std::chrono::steady_clock::now();
        {
            std::unique_lock lock{ending->mutex};
            while (
                !ending->changed.wait_for(lock, betweenChecks, [&] { return ending->reached; })) {
                checkRanks(begin);
            }
        }
        while (!work->isCompleted()) { // NCCL's future is there before its work is done
            checkRanks(begin);
            std::this_thread::sleep_for(std::chrono::microseconds{50});
        }
        finish(work);
    }

    void checkRanks(std::chrono::steady_clock::time_point begin)
    {
        try {
            m_watch.check(
                std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin));
        } catch (...) {
            m_isBroken = true;
            throw;
        }
    }

    void finish(const intrusive_ptr<c10d::Work>& work)
    {
        std::string failure;
        try {
            work->wait();
            return;
        } catch (const std::exception& error) {
            failure = firstLine(error.what());
        }
        m_isBroken = true;
        m_watch.explain(failure);
    }

    Launch m_launch;
    RankWatch m_watch;
    intrusive_ptr<c10d::ProcessGroupGloo> m_gloo;
    intrusive_ptr<c10d::Backend> m_nccl;
    bool m_isBroken = false;
};

/// The store of the launch: rank 0's, or that of the launcher.
intrusive_ptr<c10d::Store> storeOf(const Launch& launch, milliseconds patience)
{
    const bool keeps = !launch.launcherKeepsStore && launch.rank == 0;
    c10d::TCPStoreOptions options;
    options.port = launch.port;
    options.isServer = keeps;
    options.waitWorkers = false;
    options.timeout = patience;
    if (keeps) {
        options.masterListenFd = listeningSocket(launch); // on one address, not on all
    }
    const std::string host = launch.isOneHost() && keeps ? "127.0.0.1" : launch.host;
    auto store = c10::make_intrusive<c10d::TCPStore>(host, options);
    store->setTimeout(storePatience);
    return store;
}

} // namespace

std::unique_ptr<ProcessGroup> groupOver(const intrusive_ptr<c10d::Store>& store,
                                        const Launch& launch, const std::string& card, int keeper,
                                        const JoinTiming& timing)
{
    // The port stays when a launcher begins a job again, and so does what the store holds.
    const auto own = c10::make_intrusive<c10d::PrefixStore>(
        "nextquill/" + std::to_string(launch.attempt), store);
    C10dKeys keys{own};
    const OrderedJson introduction = ownCard(launch, card);
    std::vector<Json> cards;
    try {
        cards = exchangeCards(keys, launch, introduction, timing.join);
        requireEqual(cards, introduction);
    } catch (const Error&) {
        if (launch.rank == keeper) {
            letOthersRead(keys, launch, timing.watch.farewell);
        }
        throw;
    }
    return std::make_unique<C10dGroup>(own, launch, namesOf(cards), keeper, timing);
}

std::unique_ptr<ProcessGroup> joinGroup(const Launch& launch, const std::string& card,
                                        const JoinTiming& timing)
{
    // c10d writes to sockets whose other end may be gone, and expects an error, as in Python.
    std::signal(SIGPIPE, SIG_IGN);
    // It also logs what it throws, with stacks; ours says what happened. The variable brings it
    // back.
    if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr) {
        FLAGS_caffe2_log_level = c10::GLOG_FATAL;
    }
    try {
        return groupOver(storeOf(launch, timing.join), launch, card,
                         launch.launcherKeepsStore ? -1 : 0, timing);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error{ErrorKind::DeviceLost,
                    "the ranks do not find each other (" + firstLine(error.what()) + ")",
                    launch.host + ":" + std::to_string(launch.port),
                    "check MASTER_ADDR, MASTER_PORT and GLOO_SOCKET_IFNAME on every host"};
    }
}

} // namespace nextquill::train
