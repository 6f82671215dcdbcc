// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SafeTensorsHeader.h"

#include "core/base/Json.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"

#include <limits>
#include <optional>

// {"__metadata__": {text: text}, name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}

namespace nextquill::model {

namespace {

/// Takes the parser's events; whatever is not expected where it stands ends the reading.
class HeaderEvents
{
public:
    HeaderEvents(SafeTensorsHeader& header, const std::string& where)
        : m_header{header}
        , m_where{where}
    {
    }

    // The names that nlohmann::json asks for. NOLINTBEGIN(readability-identifier-naming)
    bool null() { return refuse(); }
    bool boolean(bool /*value*/) { return refuse(); }
    bool number_integer(std::int64_t /*value*/) { return refuse(); } // negative ones only
    bool number_unsigned(std::uint64_t value);
    bool number_float(double /*value*/, const std::string& /*text*/) { return refuse(); }
    bool string(std::string& value);
    bool binary(Json::binary_t& /*value*/) { return refuse(); }
    bool start_object(std::size_t /*size*/);
    bool key(std::string& name);
    bool end_object();
    bool start_array(std::size_t /*size*/);
    bool end_array();
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/);
    // NOLINTEND(readability-identifier-naming)

private:
    enum class Place { Outside, Top, Tensor, Shape, Offsets, Metadata, Behind };

    [[nodiscard]] std::string where() const
    {
        return m_name.empty() ? m_where : m_where + ", tensor " + inQuotes(m_name);
    }
    bool refuse() const { throw damaged("the header has a value of the wrong kind", where()); }
    void enter();
    void openTensor(std::string& name);
    void openField(const std::string& field);
    void finishTensor();

    SafeTensorsHeader& m_header;
    const std::string& m_where;
    Place m_place = Place::Outside;
    std::size_t m_depth = 0;
    std::string m_name;  ///< of the tensor or metadata entry being read
    std::string m_field; ///< dtype, shape or data_offsets
    std::optional<std::string> m_dtype;
    std::optional<std::vector<std::int64_t>> m_shape;
    std::optional<std::vector<std::uint64_t>> m_offsets;
    std::size_t m_metadataBytes = 0;
    bool m_metadataSeen = false;
};

void HeaderEvents::enter()
{
    if (++m_depth > limits::headerDepth) {
        throw overLimit("the nesting of the header", m_depth, limits::headerDepth, where());
    }
}

bool HeaderEvents::start_object(std::size_t /*size*/)
{
    enter();
    if (m_place == Place::Outside) {
        m_place = Place::Top;
        return true;
    }
    const bool isEntry = m_place == Place::Top;
    if (!isEntry) {
        return refuse();
    }
    m_place = m_name == "__metadata__" ? Place::Metadata : Place::Tensor;
    if (m_place == Place::Metadata) {
        m_metadataSeen = true;
        m_name.clear();
    }
    return true;
}

bool HeaderEvents::key(std::string& name)
{
    if (m_place == Place::Top) {
        openTensor(name);
    } else if (m_place == Place::Tensor) {
        openField(name);
    } else {
        m_name = std::move(name);
        if (m_header.metadata.size() >= limits::metadataEntries) {
            throw overLimit("the number of metadata entries", m_header.metadata.size() + 1,
                            limits::metadataEntries, m_where);
        }
    }
    return true;
}

void HeaderEvents::openTensor(std::string& name)
{
    if (name.size() > limits::nameBytes) {
        throw overLimit("the length of a tensor's name", name.size(), limits::nameBytes, m_where);
    }
    if (name.empty()) {
        throw damaged("a tensor has no name", m_where);
    }
    if (m_header.tensors.contains(name) || (name == "__metadata__" && m_metadataSeen)) {
        throw damaged("the key " + inQuotes(name) + " stands twice", m_where);
    }
    if (m_header.tensors.size() >= limits::tensors && name != "__metadata__") {
        throw overLimit("the number of tensors", m_header.tensors.size() + 1, limits::tensors,
                        m_where);
    }
    m_name = std::move(name);
    m_dtype.reset();
    m_shape.reset();
    m_offsets.reset();
}

void HeaderEvents::openField(const std::string& field)
{
    if (field != "dtype" && field != "shape" && field != "data_offsets") {
        throw damaged("the header has the unknown key " + inQuotes(field), where());
    }
    const bool isTwice = field == "dtype"   ? m_dtype.has_value()
                         : field == "shape" ? m_shape.has_value()
                                            : m_offsets.has_value();
    if (isTwice) {
        throw damaged("the key " + inQuotes(field) + " stands twice", where());
    }
    m_field = field;
}

bool HeaderEvents::string(std::string& value)
{
    if (m_place == Place::Tensor && m_field == "dtype") {
        m_dtype = std::move(value);
        return true;
    }
    if (m_place != Place::Metadata) {
        return refuse();
    }
    m_metadataBytes += m_name.size() + value.size();
    if (m_metadataBytes > limits::metadataBytes) {
        throw overLimit("the size of the metadata", m_metadataBytes, limits::metadataBytes,
                        m_where);
    }
    if (!m_header.metadata.emplace(m_name, std::move(value)).second) {
        throw damaged("the metadata key " + inQuotes(m_name) + " stands twice", m_where);
    }
    m_name.clear();
    return true;
}

bool HeaderEvents::start_array(std::size_t /*size*/)
{
    enter();
    if (m_place != Place::Tensor || m_field == "dtype") {
        return refuse();
    }
    if (m_field == "shape") {
        m_place = Place::Shape;
        m_shape.emplace();
    } else {
        m_place = Place::Offsets;
        m_offsets.emplace();
    }
    return true;
}

bool HeaderEvents::number_unsigned(std::uint64_t value)
{
    if (m_place == Place::Shape) {
        if (m_shape->size() >= limits::rank) {
            throw overLimit("the number of dimensions", m_shape->size() + 1, limits::rank, where());
        }
        if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            throw damaged("a dimension is " + std::to_string(value), where());
        }
        m_shape->push_back(static_cast<std::int64_t>(value));
        return true;
    }
    if (m_place == Place::Offsets && m_offsets->size() < 2) {
        m_offsets->push_back(value);
        return true;
    }
    return refuse();
}

bool HeaderEvents::end_array()
{
    --m_depth;
    m_place = Place::Tensor;
    return true;
}

bool HeaderEvents::end_object()
{
    --m_depth;
    if (m_place == Place::Tensor) {
        finishTensor();
        m_name.clear();
    }
    m_place = m_place == Place::Top ? Place::Behind : Place::Top;
    return true;
}

void HeaderEvents::finishTensor()
{
    if (!m_dtype || !m_shape || !m_offsets || m_offsets->size() != 2) {
        throw damaged("dtype, shape or data_offsets are missing", where());
    }
    const std::optional<DType> dtype = dtypeNamed(*m_dtype);
    if (!dtype || blockElements(*dtype) != 1) {
        throw Error{ErrorKind::Unsupported,
                    "the element type " + inQuotes(*m_dtype) +
                        " is not read (known: F64, F32, F16, BF16, I64, I32, U8)",
                    where(), "use a copy of the model in BF16, F16 or F32"};
    }
    const auto elements = checkedProduct(*m_shape);
    const auto bytes = elements ? checkedByteSize(*dtype, *elements) : std::nullopt;
    const std::uint64_t begin = m_offsets->front();
    const std::uint64_t end = m_offsets->back();
    if (!bytes || end < begin || end - begin != *bytes) {
        throw damaged("the data " + std::to_string(begin) + ".." + std::to_string(end) +
                          " do not fit shape " + render(*m_shape) + " of " + *m_dtype,
                      where());
    }
    m_header.tensors.emplace(
        m_name, SafeTensorsHeader::Entry{
                    .dtype = *dtype, .shape = std::move(*m_shape), .begin = begin, .end = end});
}

bool HeaderEvents::parse_error(std::size_t position, const std::string& /*token*/,
                               const nlohmann::detail::exception& /*error*/)
{
    throw damaged("the header is no valid JSON at byte " + std::to_string(position), m_where);
}

} // namespace

SafeTensorsHeader parseSafeTensorsHeader(std::string_view json, const std::string& where)
{
    if (!json.starts_with('{')) {
        throw damaged("the header does not begin with {", where);
    }
    SafeTensorsHeader header;
    HeaderEvents events{header, where};
    (void)Json::sax_parse(json, &events);
    return header;
}

} // namespace nextquill::model
