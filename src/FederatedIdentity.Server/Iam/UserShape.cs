using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Iam;

/// <summary>A user as IAM shows it; an account's root has neither path nor name.</summary>
internal sealed record UserShape(
    string? Path, string? UserName, string UserId, string Arn, DateTimeOffset CreateDate, IReadOnlyList<Tag>? Tags) : IXmlOutput
{
    public static UserShape Of(IamUserRow row, DeploymentOptions deployment) => new(
        row.Path, row.Name, row.Id, deployment.UserArn(row.AccountId, row.Path, row.Name), row.CreatedAt, Tag.SomeOf(row.Tags));

    public void WriteTo(XmlAnswer xml) => xml
        .Text("Path", Path).Text("UserName", UserName).Text("UserId", UserId).Text("Arn", Arn).Time("CreateDate", CreateDate)
        .List("Tags", Tags);
}
