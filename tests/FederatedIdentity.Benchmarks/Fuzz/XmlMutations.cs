namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>Alterations of XML, from a single character to elements in other places.</summary>
internal static class XmlMutations
{
    private const string Characters = "<>&\"'/=!?-#;: \n\tab0AZ_\u00e9\u200b";

    private static readonly string[] _pieces =
    [
        "<!-- -->", "<?x?>", "<![CDATA[x]]>", "<saml:NameID>mallory</saml:NameID>", "mallory", "xmlns=\"urn:x\"", "xmlns:saml=\"urn:x\"",
        "<a/>", "</saml:NameID>", "ID=\"_x\"", " Id=\"_assertion\"", "&#0;", "&lt;", "<ds:Object/>",
    ];

    public static string Mutate(string xml, Random random)
    {
        if (xml.Length < 2)
        {
            return xml; // An alteration before this one took everything away.
        }

        var position = random.Next(xml.Length);
        var length = Math.Min(random.Next(1, 40), xml.Length - position);
        var character = Characters[random.Next(Characters.Length)].ToString();
        return random.Next(7) switch
        {
            0 => xml.Remove(position, 1).Insert(position, character),
            1 => xml.Insert(position, character),
            2 => xml.Remove(position, 1),
            3 => xml.Remove(position, length),
            4 => xml.Insert(random.Next(xml.Length), xml.Substring(position, length)),
            5 => xml.Insert(position, TextMutations.Pick(_pieces, random)),
            _ => MoveElements(xml, random),
        };
    }

    /// <summary>Takes everything from one tag to another and puts it somewhere else, or there as well.</summary>
    private static string MoveElements(string xml, Random random)
    {
        int Tag() => xml.IndexOf('<', random.Next(xml.Length - 1)) is var found and >= 0 ? found : 0;
        var (from, to, target) = (Tag(), Tag(), Tag());
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        var part = xml[from..to];
        return random.Next(2) == 0
            ? xml.Insert(target, part)
            : xml.Remove(from, to - from).Insert(Math.Min(target, xml.Length - part.Length), part);
    }
}
