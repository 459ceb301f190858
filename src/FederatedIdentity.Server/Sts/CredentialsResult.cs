namespace FederatedIdentity.Server.Sts;

/// <summary>Temporary credentials as STS writes them.</summary>
internal sealed record CredentialsResult(SessionGrant Grant, string SessionToken) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml
        .Text("AccessKeyId", Grant.AccessKeyId)
        .Text("SecretAccessKey", Grant.Secret.Reveal)
        .Text("SessionToken", SessionToken)
        .Time("Expiration", Grant.ExpiresAt);

    public override string ToString() => "[credentials]";
}

/// <summary>Who the bearer of the credentials is.</summary>
internal sealed record AssumedRoleUser(string AssumedRoleId, string Arn) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("AssumedRoleId", AssumedRoleId).Text("Arn", Arn);
}
