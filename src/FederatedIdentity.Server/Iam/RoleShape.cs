using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Iam;

/// <summary>A role as IAM shows it.</summary>
internal sealed record RoleShape(
    string Path,
    string RoleName,
    string RoleId,
    string Arn,
    DateTimeOffset CreateDate,
    string AssumeRolePolicyDocument,
    string? Description,
    long MaxSessionDuration,
    IReadOnlyList<Tag>? Tags) : IXmlOutput
{
    public static RoleShape Of(IamRoleRow row, DeploymentOptions deployment) => new(
        row.Path, row.Name, row.Id, deployment.RoleArn(row.AccountId, row.Path, row.Name), row.CreatedAt,
        PolicyTexts.Encode(row.TrustPolicy), row.Description, row.MaxSessionDuration, Tag.SomeOf(row.Tags));

    public void WriteTo(XmlAnswer xml) => xml
        .Text("Path", Path).Text("RoleName", RoleName).Text("RoleId", RoleId).Text("Arn", Arn).Time("CreateDate", CreateDate)
        .Text("AssumeRolePolicyDocument", AssumeRolePolicyDocument).Text("Description", Description)
        .Number("MaxSessionDuration", MaxSessionDuration).List("Tags", Tags);
}
