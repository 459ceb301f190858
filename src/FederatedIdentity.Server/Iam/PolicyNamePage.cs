namespace FederatedIdentity.Server.Iam;

/// <summary>A page of the names of inline policies.</summary>
internal sealed record PolicyNamePage(IReadOnlyList<string> PolicyNames, string? Marker) : IXmlOutput
{
    public bool IsTruncated => Marker is not null;

    public void WriteTo(XmlAnswer xml) =>
        xml.List("PolicyNames", PolicyNames).Flag("IsTruncated", IsTruncated).Text("Marker", Marker);
}
