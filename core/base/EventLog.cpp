// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/EventLog.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace nextquill {

struct EventLog::State
{
    std::filesystem::path file;
    int descriptor = -1;
    std::mutex mutex;    // one whole line at a time
    bool isTorn = false; // the file ends inside a line: the disk took a part of it

    ~State()
    {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }

    [[nodiscard]] Error failure(const std::string& problem) const
    {
        return {ErrorKind::Storage, problem + " (" + std::generic_category().message(errno) + ")",
                file.string(), "check the free space and the rights of the folder"};
    }

    void write(const std::string& bytes)
    {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t written = ::write(descriptor, bytes.data() + done, bytes.size() - done);
            if (written < 0 && errno != EINTR) {
                isTorn = isTorn || done > 0;
                throw failure("an event cannot be written");
            }
            done += written > 0 ? static_cast<std::size_t>(written) : 0;
        }
    }

    void endTornLine()
    {
        if (isTorn) {
            write("\n");
            isTorn = false;
        }
    }
};

namespace {

bool endsInsideALine(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary | std::ios::ate};
    if (!stream || stream.tellg() <= 0) {
        return false;
    }
    stream.seekg(-1, std::ios::end);
    return stream.get() != '\n';
}

} // namespace

EventLog::EventLog()
    : m_state{std::make_unique<State>()}
{
}

EventLog::EventLog(const std::filesystem::path& file)
    : m_state{std::make_unique<State>()}
{
    m_state->file = file;
    m_state->isTorn = endsInsideALine(file);
    std::error_code unreadable; // opening says so
    const bool isNew = !std::filesystem::exists(file, unreadable);
    m_state->descriptor =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (m_state->descriptor < 0) {
        throw m_state->failure("the event log cannot be opened");
    }
    if (isNew) { // its name in the folder, else a power cut takes the whole log
        syncToDisk(file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."});
    }
    m_state->endTornLine();
}

EventLog::~EventLog() = default;

void EventLog::append(const OrderedJson& event)
{
    if (m_state->descriptor < 0) {
        return;
    }
    const std::string line = toLine(event) + "\n";
    const std::scoped_lock lock{m_state->mutex};
    m_state->endTornLine();
    m_state->write(line);
}

void EventLog::sync()
{
    if (m_state->descriptor >= 0 && ::fsync(m_state->descriptor) != 0) {
        throw m_state->failure("the event log did not reach the disk");
    }
}

EventReader::EventReader(std::filesystem::path file)
    : m_file{std::move(file)}
{
}

std::vector<Json> EventReader::poll()
{
    std::vector<Json> events;
    std::ifstream stream{m_file, std::ios::binary};
    if (stream.seekg(0, std::ios::end) && stream.tellg() < m_offset) {
        m_offset = 0; // another file of that name: copied anew from where it grows
    }
    if (!stream.seekg(m_offset)) {
        return events;
    }
    std::string line;
    while (std::getline(stream, line)) {
        if (stream.eof()) {
            break; // no line break yet: the writer is in the middle of it
        }
        m_offset += static_cast<std::int64_t>(line.size()) + 1;
        Json event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (event.is_object()) {
            events.push_back(std::move(event));
        } else if (!line.empty()) {
            ++m_skipped;
        }
    }
    return events;
}

} // namespace nextquill
