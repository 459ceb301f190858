namespace FederatedIdentity.Server.Iam;

internal sealed record UpdateRoleInput(string? RoleName, string? Description, long? MaxSessionDuration)
    : IOnRole, IQueryInput<UpdateRoleInput>
{
    public static UpdateRoleInput Read(QueryForm form) => new(form["RoleName"], form["Description"], form.Number("MaxSessionDuration"));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("description", Description, IamShapes.RoleDescriptionType)
        .Number("maxSessionDuration", MaxSessionDuration, IamShapes.RoleMaxSessionDurationType);
}

/// <summary>A result without members.</summary>
internal sealed record UpdateRoleResult : IXmlOutput
{
    public void WriteTo(XmlAnswer xml)
    {
        // The result has no members.
    }
}

/// <summary>Changes what is given and leaves the rest; an empty description takes it away.</summary>
internal sealed class UpdateRole(IamRows rows) : IOperation<UpdateRoleInput, UpdateRoleResult>
{
    public async ValueTask<Outcome<UpdateRoleResult>> ExecuteAsync(UpdateRoleInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<UpdateRoleResult>(
            input.RoleName,
            call,
            (_, role) =>
            {
                role.Description = input.Description switch { null => role.Description, "" => null, var text => text };
                role.MaxSessionDuration = (int)(input.MaxSessionDuration ?? role.MaxSessionDuration);
                return Task.FromResult<Outcome<UpdateRoleResult>>(new UpdateRoleResult());
            },
            ct);
}
