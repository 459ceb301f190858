using System.Globalization;
using System.Text;
using System.Xml;

namespace FederatedIdentity.Server.Protocol;

/// <summary>What an AWS Query action answers with.</summary>
internal interface IXmlOutput
{
    /// <summary>Writes the members of the result in the order of the API's reference.</summary>
    void WriteTo(XmlAnswer xml);
}

/// <summary>
/// The XML of an AWS Query answer. Members that are null are left out, times are ISO 8601 in whole seconds, and text that XML cannot
/// hold is replaced, so that every answer can be parsed.
/// </summary>
internal sealed class XmlAnswer : IDisposable
{
    private static readonly XmlWriterSettings _settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        OmitXmlDeclaration = true,
        NewLineHandling = NewLineHandling.Entitize, // A carriage return that readers would drop is part of the text.
        CheckCharacters = false, // Text is cleaned here; a value that slipped through must not cost the caller its whole answer.
    };

    private readonly MemoryStream _buffer = new();
    private readonly XmlWriter _xml;

    private XmlAnswer() => _xml = XmlWriter.Create(_buffer, _settings);

    /// <summary>The whole answer of an action: its result, when it has one, and the request's id.</summary>
    public static byte[] Of(string action, string xmlNamespace, IXmlOutput? result, string requestId)
    {
        using var answer = new XmlAnswer();
        answer._xml.WriteStartElement($"{action}Response", xmlNamespace);
        if (result is not null)
        {
            answer.Structure($"{action}Result", result);
        }

        answer._xml.WriteStartElement("ResponseMetadata");
        answer.Text("RequestId", requestId);
        answer._xml.WriteEndElement();
        answer._xml.WriteEndElement();
        return answer.Bytes();
    }

    public static byte[] Error(string xmlNamespace, string code, string? message, bool senderIsAtFault, string requestId)
    {
        using var answer = new XmlAnswer();
        answer._xml.WriteStartElement("ErrorResponse", xmlNamespace);
        answer._xml.WriteStartElement("Error");
        answer.Text("Type", senderIsAtFault ? "Sender" : "Receiver").Text("Code", code).Text("Message", message);
        answer._xml.WriteEndElement();
        answer.Text("RequestId", requestId);
        answer._xml.WriteEndElement();
        return answer.Bytes();
    }

    public XmlAnswer Text(string name, string? value)
    {
        if (value is not null)
        {
            _xml.WriteElementString(name, Clean(value));
        }

        return this;
    }

    public XmlAnswer Number(string name, long? value) => Text(name, value?.ToString(CultureInfo.InvariantCulture));

    public XmlAnswer Flag(string name, bool value) => Text(name, value ? "true" : "false");

    public XmlAnswer Time(string name, DateTimeOffset? value) =>
        Text(name, value?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public XmlAnswer Structure(string name, IXmlOutput? value)
    {
        if (value is not null)
        {
            _xml.WriteStartElement(name);
            value.WriteTo(this);
            _xml.WriteEndElement();
        }

        return this;
    }

    /// <summary>A list of texts; written also when empty, as AWS does.</summary>
    public XmlAnswer List(string name, IEnumerable<string>? values)
    {
        if (values is null)
        {
            return this;
        }

        _xml.WriteStartElement(name);
        foreach (var value in values)
        {
            Text("member", value);
        }

        _xml.WriteEndElement();
        return this;
    }

    public XmlAnswer List(string name, IEnumerable<IXmlOutput>? values)
    {
        if (values is null)
        {
            return this;
        }

        _xml.WriteStartElement(name);
        foreach (var value in values)
        {
            Structure("member", value);
        }

        _xml.WriteEndElement();
        return this;
    }

    public void Dispose()
    {
        _xml.Dispose();
        _buffer.Dispose();
    }

    private byte[] Bytes()
    {
        _xml.Flush();
        return _buffer.ToArray();
    }

    private static string Clean(string value)
    {
        for (var index = 0; index < value.Length; index++)
        {
            if (!XmlConvert.IsXmlChar(value[index]) && !IsPair(value, index))
            {
                return string.Concat(value.EnumerateRunes().Select(rune =>
                    rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD"));
            }
        }

        return value;
    }

    private static bool IsPair(string value, int index) =>
        (index + 1 < value.Length && char.IsSurrogatePair(value[index], value[index + 1]))
        || (index > 0 && char.IsSurrogatePair(value[index - 1], value[index]));
}
